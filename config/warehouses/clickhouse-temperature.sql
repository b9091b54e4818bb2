SELECT device_name, avg(values.temperature::Float64) AS temperature
FROM device_up FINAL
WHERE values.temperature IS NOT NULL
GROUP BY device_name
