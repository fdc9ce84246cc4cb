SELECT Customer_Age, Gender, Education_Level, Income_Category, count(*) FROM bank GROUP BY ALL
