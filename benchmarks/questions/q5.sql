SELECT Card_Category, avg(Credit_Limit), avg(Total_Revolving_Bal), avg(Avg_Utilization_Ratio) FROM bank
WHERE Attrition_Flag = 'Attrited Customer' AND Customer_Age > 45 GROUP BY ALL
