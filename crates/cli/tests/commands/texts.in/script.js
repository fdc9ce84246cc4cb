// Who was born in a decade, by city.
const decade = 1990;
function born(from, years) {
  return { $match: { born: { $gte: new Date(Date.UTC(from, 0, 1)), $lt: new Date(Date.UTC(from + years, 0, 1)) } } };
}
const by = field => ({ $group: { _id: `$${field}`, n: { $sum: 1 } } });
db.people.aggregate([born(decade, 20), by("city")], { allowDiskUse: true }).forEach(printjson);
