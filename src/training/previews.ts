export class PreviewMaker {
  readonly files: string[] = [];
  constructor(..._: unknown[]) {}
  async make(_step: number) {}
  async release() {}
}
