SELECT Attrition_Flag, Months_Inactive_12_mon, avg(Contacts_Count_12_mon), count(*) FROM bank GROUP BY ALL
