/** An answer that says what is wrong with a request over HTTP, and what to do. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: 400 | 403 | 404 | 405 | 503;

  constructor(status: HttpProblem['status'], message: string) {
    super(message);
    this.status = status;
  }
}
