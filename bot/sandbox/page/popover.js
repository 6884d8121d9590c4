/** Small menus above the page: placed below their button, inside the window. */

const WIDTH = 340;

/** A popover stands on a layer of its own, so it is placed by hand. */
export function stand(menu, button) {
  const { bottom, right } = button.getBoundingClientRect();
  const width = Math.min(WIDTH, innerWidth - 16);
  menu.style.setProperty("--menu-top", `${bottom + 6}px`);
  menu.style.setProperty("--menu-left", `${Math.max(8, Math.min(right - width, innerWidth - width - 8))}px`);
}
