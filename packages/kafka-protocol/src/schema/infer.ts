import type { Field } from './field.ts';

/** What the compiler knows of a field: its value when decoded, what encoding takes, and whether it may be left out. */
export interface FieldTypes {
  readonly value: unknown;
  readonly input: unknown;
  readonly presence: 'required' | 'optional';
}

/** The fields of a struct or message, in wire order. */
export interface Fields {
  readonly [name: string]: Field;
}

type Nullable<Value, Options> = Options extends { readonly nullable: string } ? Value | null : Value;

type Presence<Options> = Options extends
  | { readonly versions: string }
  | { readonly default: unknown }
  | { readonly tag: number }
  ? 'optional'
  : 'required';

/** The types of a field whose options are known. Records without a default are null, so they always may be. */
export interface TypesOf<Value, Input, Options> extends FieldTypes {
  readonly value: Nullable<Value, Options>;
  readonly input: Nullable<Input, Options>;
  readonly presence: Presence<Options>;
}

type Types<Of> = Of extends Field<infer Inner> ? Inner : never;

type NamesWhere<Inner extends Fields, Wanted> = {
  [Name in keyof Inner]: Types<Inner[Name]>['presence'] extends Wanted ? Name : never;
}[keyof Inner];

type Simplify<Of> = { [Name in keyof Of]: Of[Name] } & {};

/** What decoding a struct gives: every field, whether its version carries it or not. */
export type ValueOf<Inner extends Fields> = { -readonly [Name in keyof Inner]: Types<Inner[Name]>['value'] };

/** What encoding a struct takes. */
export type InputOf<Inner extends Fields> = Simplify<
  { readonly [Name in NamesWhere<Inner, 'required'>]: Types<Inner[Name]>['input'] } & {
    readonly [Name in NamesWhere<Inner, 'optional'>]?: Types<Inner[Name]>['input'] | undefined;
  }
>;

/** Both of a struct. */
export interface StructTypes<Inner extends Fields> {
  readonly value: ValueOf<Inner>;
  readonly input: InputOf<Inner>;
}

/** Both of an array's element, be it a field or the fields of a struct. */
export type ElementTypes<Element> =
  Element extends Field<infer Inner> ? Inner : Element extends Fields ? StructTypes<Element> : never;
