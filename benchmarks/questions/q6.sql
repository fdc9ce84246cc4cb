SELECT Income_Category, avg(Credit_Limit), avg(Total_Revolving_Bal), avg(Avg_Utilization_Ratio), count(*)
FROM customers JOIN transactions USING (CLIENTNUM) GROUP BY ALL
