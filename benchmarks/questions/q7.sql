SELECT Income_Category, approx_quantile(Credit_Limit, [0.5, 0.9]) FROM bank GROUP BY ALL
