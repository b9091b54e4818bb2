SELECT time, device_name AS metric, value
FROM measurements
WHERE name = 'temperature' AND $__timeFilter(time)
ORDER BY time
