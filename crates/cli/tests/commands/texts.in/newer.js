db.people.aggregate([
  { $setWindowFields: { sortBy: { born: 1 }, output: { place: { $rank: {} } } } },
  { $densify: { field: "born", range: { step: 1, unit: "year", bounds: "full" } } },
  { $bucketAuto: { groupBy: "$place", buckets: 2 } },
  { $group: { _id: null, middle: { $median: { input: "$place", method: "approximate" } } } },
])
