import type { Check } from '../finding.ts';
import { aboutForeignPlaces, foreignPlaces } from '../rules/foreign-places.ts';

const text =
  /\.(ts|mts|mjs|js|json|jsonc|yaml|yml|md|sh|html|css|xml|properties|txt|Dockerfile)$|\/(Dockerfile|run|engine|stand-ins)$|^\.[\w/.-]+$/;

/** No text ties the repository to a registry or a machine. */
export const foreignPlacesCheck: Check = {
  name: 'foreign-places',
  find(repository) {
    return repository.files
      .filter((file) => text.test(file) && !aboutForeignPlaces.includes(file))
      .flatMap((file) =>
        repository
          .read(file)
          .split('\n')
          .flatMap((line, index) =>
            foreignPlaces
              .filter(({ pattern }) => pattern.test(line))
              .map(({ pattern, what, why, fix }) => ({
                where: `${file}:${index + 1}`,
                what: `The line ${what}: "${pattern.exec(line)?.[0]}".`,
                why,
                fix,
              })),
          ),
      );
  },
};
