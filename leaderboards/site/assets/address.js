"use strict";

// What a page shows stands in its address after "?", so that a view can be reloaded, kept and sent as a link.

const address = {
  read() {
    return new URLSearchParams(location.search);
  },

  // Entries that are null or empty are taken out. The history gets no entry: Back leaves the page.
  write(entries) {
    const parameters = address.read();
    for (const [name, value] of Object.entries(entries)) {
      if (value === null || value === "") parameters.delete(name);
      else parameters.set(name, value);
    }
    const query = parameters.toString();
    history.replaceState(null, "", (query ? "?" + query : location.pathname) + location.hash);
  },
};
