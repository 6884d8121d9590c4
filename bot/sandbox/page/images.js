/** Images. Nothing is fetched from outside: an address elsewhere is shown in a frame, with what the image is of. */

import { h } from "./dom.js";

function source(image) {
  const address = image.image_url ?? image.slack_file?.url ?? null;
  if (typeof address !== "string") return { address: image.slack_file?.id ?? "", own: false };
  const own = /^data:image\/(?:png|jpeg|gif|webp);/i.test(address) || (URL.canParse(address) && new URL(address).origin === location.origin);
  return { address, own };
}

/** An image as it stands in a line of small print or beside a section. */
export function renderImage(image) {
  const { address, own } = source(image);
  if (own) return h("img", { class: "image-small", src: address, alt: image.alt_text ?? "" });
  return h("span", { class: "image-away image-small-away", role: "img", "aria-label": image.alt_text ?? "", title: address }, image.alt_text ?? "image");
}

/** The inside of an image block. */
export function renderPicture(image, title) {
  const { address, own } = source(image);
  const caption = title ? h("figcaption", { class: "image-title" }, title) : null;
  if (own) return h("figure", { class: "image" }, caption, h("img", { src: address, alt: image.alt_text ?? "" }));
  const frame = h(
    "div",
    { class: "image-away" },
    h("p", image.alt_text ?? ""),
    h("p", { class: "image-address" }, address),
    h("small", "This page loads no images from outside."),
  );
  return h("figure", { class: "image" }, caption, frame);
}
