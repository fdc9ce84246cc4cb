"""Loads the bank's CSV file as a plain script would: rows to documents, 1,000 at a time to `insert_many`.

In: the file and a connection string. Out: `peer_customers` and `peer_transactions`, with the same fields and the same
index on the join field; no validator, nothing checked, no swap. Needs the package `pymongo`.
"""

import csv
import itertools
import sys

import pymongo

CUSTOMER = {
    "Attrition_Flag": str, "Customer_Age": int, "Gender": str, "Dependent_count": int, "Education_Level": str,
    "Marital_Status": str, "Income_Category": str, "Card_Category": str, "Months_on_book": int,
    "Total_Relationship_Count": int,
}
TRANSACTIONS = {
    "Months_Inactive_12_mon": int, "Contacts_Count_12_mon": int, "Credit_Limit": float, "Total_Revolving_Bal": int,
    "Avg_Open_To_Buy": float, "Total_Amt_Chng_Q4_Q1": float, "Total_Trans_Amt": int, "Total_Trans_Ct": int,
    "Total_Ct_Chng_Q4_Q1": float, "Avg_Utilization_Ratio": float,
}
INCOME = {
    "Less than $40K": (1, None, 40000), "$40K - $60K": (2, 40000, 60000), "$60K - $80K": (3, 60000, 80000),
    "$80K - $120K": (4, 80000, 120000), "$120K +": (5, 120000, None), "Unknown": (6, None, None),
}


def document(row: dict, fields: dict) -> dict:
    """A row's half, typed."""
    number = int(row["CLIENTNUM"])
    made = {"_id": number, "CLIENTNUM": number}
    for name, kind in fields.items():
        made[name] = kind(row[name])
        if name == "Income_Category":
            made["Income_Info"] = dict(zip(("Category_Code", "Min", "Max"), INCOME[row[name]]))
    return made


def main() -> None:
    file, uri = sys.argv[1:]
    database = pymongo.MongoClient(uri, w="majority").get_default_database()
    with open(file, newline="") as lines:
        rows = csv.DictReader(lines)
        while batch := list(itertools.islice(rows, 1000)):
            for name, fields in (("peer_customers", CUSTOMER), ("peer_transactions", TRANSACTIONS)):
                database[name].insert_many([document(row, fields) for row in batch], ordered=False)
    for name in ("peer_customers", "peer_transactions"):
        database[name].create_index("CLIENTNUM", unique=True)
    for name in ("peer_customers", "peer_transactions"):
        database[name].drop()


if __name__ == "__main__":
    main()
