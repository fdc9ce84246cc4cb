db.people.aggregate([{ $limit: 1 }]);
db.pets.aggregate([{ $limit: 1 }]);
