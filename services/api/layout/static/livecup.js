// Pages work without this file; it keeps them fresh and fills in what a link carries.
"use strict";

// The code of a printed slip stands behind `#`, so that no server log holds it.
for (const field of document.querySelectorAll("[data-code]")) {
  if (location.hash.length > 1) field.value = location.hash.slice(1);
}
if (document.querySelector("[data-code]")) history.replaceState(null, "", location.pathname);

// A part of a page that follows a subscription is fetched again when something was told.
for (const part of document.querySelectorAll("[data-follows]")) {
  const source = new EventSource(part.dataset.follows);
  const again = () => htmx.trigger(part, "told");
  source.addEventListener("next", again);
  source.addEventListener("complete", () => source.close());
}
