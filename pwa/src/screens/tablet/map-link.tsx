/** An address that opens the map of this device. Only a tap tells the address to anybody. */
import { mapLink } from "../../domain/round";
import { shortAddress } from "../../domain/visit-view";
import { tv } from "../../text/bedside";
import { Icon } from "../../ui/icon";

export function MapLink({ address }: { address: string }) {
  return (
    <a
      class="map-link"
      href={mapLink(address, navigator.userAgent)}
      target="_blank"
      rel="noreferrer noopener"
      aria-label={tv("map.label", { address: shortAddress(address) })}
    >
      <Icon name="pin" />
      {tv("map.open")}
    </a>
  );
}
