SELECT device_name, avg(JSONExtract(object, 'temperature', 'Nullable(Float64)')) AS temperature
FROM device_up FINAL
WHERE JSONHas(object, 'temperature')
GROUP BY device_name
