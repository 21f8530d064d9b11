// What the page shows is in its address, behind the #: reloading it, the back button and a
// link that is sent on all bring it back. Each key holds a list of values.
const KEYS = ["show", "and", "list", "find", "sort", "lead", "open"];

function address() {
  const written = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(KEYS.map((key) => [key, written.getAll(key)]));
}

// how is pushState, for what the back button takes back, or replaceState
function go(changes, how = "pushState") {
  const pairs = Object.entries({ ...address(), ...changes });
  const written = pairs.flatMap(([key, values]) => values.map((value) => [key, value]));
  history[how](null, "", "#" + new URLSearchParams(written));
  show();
}
