from datetime import datetime

from pymongo import MongoClient

pipeline = [
    {"$match": {"born": {"$lt": datetime(1995, 1, 1)}, "name": {"$ne": None}}},  # the elder
    {"$sort": {"name": -1}},
    {"$project": {"_id": 0, "name": True}},
]
if __name__ == "__main__":
    with MongoClient() as client:
        for row in client["registry"]["people"].aggregate(pipeline):
            print(f"{row['name']:>10}")
