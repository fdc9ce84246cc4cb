document.querySelectorAll("pre").forEach(function (pre) {
  var text = pre.textContent, button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-live", "polite");
  button.onclick = function () {
    var done = function () {
      button.textContent = "Copied";
      setTimeout(function () { button.textContent = "Copy"; }, 1600);
    };
    var select = function () {
      getSelection().selectAllChildren(pre);
      button.textContent = "Selected: press Ctrl+C";
    };
    if (navigator.clipboard) { navigator.clipboard.writeText(text).then(done, select); } else { select(); }
  };
  pre.previousElementSibling.appendChild(button);
});
document.querySelectorAll(".up").forEach(function (link) {
  link.onclick = function () { link.previousElementSibling.open = true; };
});
