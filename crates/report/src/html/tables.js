document.querySelectorAll("table:not(.tall)").forEach(function (table) {
  var body = table.tBodies[0], rows = Array.from(body.rows), box = table.parentElement;
  if (2 > rows.length) { return; }
  function value(row, column) {
    var text = row.cells[column].textContent, number = text.replace("\u2212", "-").match(/-?\d[\d,]*(\.\d+)?/);
    if (row.cells[column].matches(".t")) { return text; }
    return number ? parseFloat(number[0].replace(/,/g, "")) : NaN;
  }
  function compare(column, sign) {
    return function (a, b) {
      var x = value(a, column), y = value(b, column);
      if (typeof x === "string") { return sign * x.localeCompare(y, undefined, { numeric: true }); }
      // What is missing stays last, whichever way is up.
      if (isNaN(x) || isNaN(y)) { return isNaN(x) - isNaN(y); }
      return sign * (x - y);
    };
  }
  var heads = Array.from(table.tHead.rows[0].cells);
  heads.forEach(function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.title = "Sort by this column";
    button.append.apply(button, Array.from(head.childNodes));
    head.append(button);
    button.onclick = function () {
      var before = head.getAttribute("aria-sort"), order = rows;
      var now = { ascending: "descending", descending: null }[before];
      if (now === undefined) { now = "ascending"; }
      heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
      if (now) {
        head.setAttribute("aria-sort", now);
        order = rows.slice().sort(compare(column, now === "ascending" ? 1 : -1));
      }
      body.append.apply(body, order);
    };
  });
  if (box.matches(".long")) {
    var fold = document.createElement("button");
    fold.type = "button";
    fold.className = "fold";
    fold.textContent = "Show all " + rows.length + " rows";
    fold.onclick = function () {
      var isLong = box.classList.toggle("long");
      fold.textContent = isLong ? "Show all " + rows.length + " rows" : "Show fewer rows";
    };
    box.after(fold);
  }
});
