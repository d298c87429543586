function render({ model, el: root }) {
  // Made by the card, which escapes all it is given.
  root.innerHTML = model.get("html");
  model.set("drawn", true);
  model.save_changes();
}

export default { render };
