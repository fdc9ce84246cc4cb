SELECT Attrition_Flag, count(*) FROM bank GROUP BY ALL
