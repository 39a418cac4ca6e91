import { control, Widget, type WidgetOptions } from './widget.js';
import { String, TypeError } from '../../common/intrinsics.js';

/** Widgets side by side or one under the other. */
export class Box extends Widget {
  constructor(
    private readonly kind: 'HBox' | 'VBox',
    private readonly members: readonly Widget[],
    options: WidgetOptions = {},
  ) {
    const isBox = members.every((member) => member instanceof Widget);
    if (!isBox) throw new TypeError('row(…) and column(…) take widgets: slider(…), button(…), other rows and columns.');
    super(control(kind), { children: [...members], box_style: '' }, options, (_name, _given, before) => before);
  }

  get children(): readonly Widget[] {
    return this.members;
  }

  /** Closes the members, too. */
  override close(): void {
    for (const member of this.members) member.close();
    super.close();
  }

  toString(): string {
    return this.members.map(String).join(this.kind === 'HBox' ? '   ' : '\n');
  }
}
