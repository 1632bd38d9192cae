/** Wrong on purpose: nothing ever ends. */
import { TabletClock as Shipped } from "shipped:lock/tablet-clock";

export * from "shipped:lock/tablet-clock";

export class TabletClock extends Shipped {
  override isOver(): boolean {
    return false;
  }
}
