-- Takes the lines that were chained out of an outbox.
--
-- KEYS[1] -> ll:{c:<shard>}:outbox  list of "<number>|<sealed line>"
-- ARGV[1] -> number of the last line that was chained
-- Returns how many were taken out.
local taken, last = 0, tonumber(ARGV[1])
local head = redis.call('LINDEX', KEYS[1], 0)
while head and tonumber(string.match(head, '^%d+')) <= last do
  redis.call('LPOP', KEYS[1])
  taken = taken + 1
  head = redis.call('LINDEX', KEYS[1], 0)
end
return taken
