-- Written after wrk's own summary: requests per second, median and 95th percentile (milliseconds), errors.
done = function(summary, latency, requests)
    local faults = summary.errors.status + summary.errors.connect + summary.errors.read
        + summary.errors.write + summary.errors.timeout
    io.write(string.format("RESULT %.0f %.2f %.2f %d\n", summary.requests / (summary.duration / 1e6),
        latency:percentile(50) / 1000, latency:percentile(95) / 1000, faults))
end
