-- Decides a batch of calls in one atomic step: for each call 1. every limit is checked  2. only if
-- all hold, all are charged and the call is counted  3. it is said what is left. A refusal changes
-- nothing.
--
-- One string holds everything of a credential, one everything of an account; `strings.ts` says what
-- stands in them. Whatever the batch holds, they are read by one MGET and written by one MSET, and
-- the ids of calls are looked up and remembered by one command each: it is the number of commands
-- that a batch costs by.
--
-- Exactness: all numbers are integers below 2^53, which doubles hold exactly. A rate of R calls in
-- a window of W microseconds keeps its "theoretical arrival time" as whole microseconds q plus r/R,
-- r < R, so that a window which R does not divide never drifts. Here q is ahead of now, at least 0.
--
-- `now` (microseconds of Redis' clock) is set by a line before this text, so that tests can move it.
-- KEYS: 1 credentials that Postgres does not know yet, 2 ids of this period, then sets of ids to look
-- in as well, then a credential for each group, then the accounts.
-- ARGV, packed lists: 1 terms, 2 limits, 3 groups, 4 ids in the order of the groups.
local periodUs, slotUs, forgottenUs = 15000000, 900000000, 10000000
local decided, tooLate, otherPeriod = 0, 1, 2
local refused, charged, repeated, incomplete, otherWindow, otherSlot = 0, 1, 2, 3, 4, 5
local call, read, write, floor = redis.call, struct.unpack, struct.pack, math.floor

-- `checked` 0: calls that were let through without asking are charged whatever the limits say.
local deadline, period, run, checked, lookCount, groupCount, accountCount, idsExpiryMs =
  unpack(cmsgpack.unpack(ARGV[1]))
-- Whoever asked has given up, and was told so: he must not be charged.
if now > deadline then return cmsgpack.pack({ tooLate, now }) end
-- The sets of ids were named for another time than Redis lives in: they must be named again.
if floor(now / periodUs) ~= period then return cmsgpack.pack({ otherPeriod, now }) end

local limitOf, groupOf, ids =
  cmsgpack.unpack(ARGV[2]), cmsgpack.unpack(ARGV[3]), cmsgpack.unpack(ARGV[4])
local firstGroup, firstAccount = 2 + lookCount, 2 + lookCount + groupCount

-- Calls that were charged before, at whichever gate, or that must not be charged any more.
local known
for k = 2, firstGroup do
  if k == 2 or call('EXISTS', KEYS[k]) == 1 then
    local isMember = call('SMISMEMBER', KEYS[k], unpack(ids))
    for i = 1, #ids do
      if isMember[i] == 1 then
        known = known or {}
        known[ids[i]] = true
      end
    end
  end
end

local stored = call('MGET', unpack(KEYS, firstGroup + 1, firstAccount + accountCount))

-- Accounts. The first window is the one that usage is billed by; what else an account has (further
-- windows, rates of its plan) is parsed when a limit needs it.
-- One that is named twice, since a gate may have made it anew, is one account.
local epochs, clocks, shifts, windows, ends, used, tails, others, touched = {}, {}, {}, {}, {}, {}, {}, {}, {}
local sameAs, numberOf = {}, {}
for a = 1, accountCount do
  local name = KEYS[firstAccount + a]
  local value, token, at = stored[groupCount + a]
  sameAs[a] = numberOf[name] or a
  if sameAs[a] == a and value then
    numberOf[name] = a
    token, epochs[a], clocks[a], shifts[a], windows[a], ends[a], used[a], at = read('<ddBdI4dd', value)
    -- Counters of another run of Redis may be incomplete: they are restored before they count.
    if token ~= run then
      epochs[a] = nil
    elseif at <= #value then
      tails[a] = at
    end
  end
end

local reply, size = { decided, now, floor(now / slotUs) }, 3
-- A credential, too, may be named by two groups, when its limits have just changed.
local set, setCount, written = {}, 0, {}
local newIds, newCount = {}, 0
local marks

-- Reads entries of three numbers (id, x, y) from `at` on.
local function entriesOf(value, at)
  local entries, size = {}, 0
  while at <= #value do
    entries[size + 1], entries[size + 2], entries[size + 3], at = read('<I4dd', value, at)
    size = size + 3
  end
  return entries
end

local function othersOf(a)
  if not others[a] then
    others[a] = tails[a] and entriesOf(stored[groupCount + a], tails[a]) or {}
  end
  return others[a]
end

-- Where the entry of an id begins, or would.
local function placeOf(entries, id)
  local p = 1
  while entries[p] and entries[p] ~= id do p = p + 3 end
  return p
end

-- Entries as they are stored. A rate that has been whole for ten seconds need not be remembered; it
-- is kept so long because a clock may step back a little. Ids below 256 are windows, and stay.
local function textOf(entries)
  local text = ''
  for p = 1, #entries, 3 do
    if entries[p] < 256 or entries[p + 1] > now - forgottenUs then
      text = text .. write('<I4dd', entries[p], entries[p + 1], entries[p + 2])
    end
  end
  return text
end

-- An arrival time as it is now: whole when it has passed, and at most a full burst away. It is
-- farther away only when the clock was set back; then it begins to pass by the new clock, even if
-- the call is refused, or nobody would be let in until the clock has caught up.
local function ahead(q, r, maxQ, maxR)
  if q < 0 then return 0, 0, false end
  if q > maxQ or (q == maxQ and r > maxR) then return maxQ, maxR, true end
  return q, r, false
end

local function markChanged(name)
  marks = marks or { KEYS[1] }
  marks[#marks + 1], marks[#marks + 2] = 0, name
end

-- A credential leaves the slot in which it was counted: what was counted in it goes into the slot's
-- own hash, and what may be counted in the next one already (before the clock was set back) comes
-- out of it.
local function changeSlot(a, name, from, admitted, back, dirty, slot)
  local hash, key = KEYS[firstAccount + a] .. ':usage:', string.match(name, '[^:]*$')
  if admitted > 0 then
    call('HSET', hash .. from, key, write('<dd', admitted, back))
    if dirty == 1 then markChanged(name .. '@' .. from) end
  end
  local counted = call('HGET', hash .. slot, key)
  if counted then return read('<dd', counted) end
  return 0, 0
end

-- Answers the same for all calls of a group, with what belongs to it.
local function answerAll(count, code, detail)
  for _ = 1, count do
    size = size + 1
    reply[size] = code
    if detail then
      size = size + 1
      reply[size] = detail
    end
  end
end

-- Two calls of a batch may be the same one.
local function remember(id)
  newCount = newCount + 1
  newIds[newCount] = id
  known = known or {}
  known[id] = true
end

-- Calls that are limited by one rate and neither counted nor restored.
local function decideUncounted(name, value, list, first, count)
  local us, rest, parts, maxQ, maxR =
    limitOf[list + 7], limitOf[list + 8], limitOf[list + 9], limitOf[list + 10], limitOf[list + 11]
  local q, r, isChanged = 0, 0, false
  if value then
    q, r = read('<dd', value)
    q, r, isChanged = ahead(q - now, r, maxQ, maxR)
  end
  for i = first, first + count - 1 do
    local code = repeated
    if not (known and known[ids[i]]) then
      local nextQ, nextR = q + us, r + rest
      if nextR >= parts then nextQ, nextR = nextQ + 1, nextR - parts end
      code = refused
      if nextQ < maxQ or (nextQ == maxQ and nextR <= maxR) then
        code, q, r, isChanged = charged, nextQ, nextR, true
        remember(ids[i])
      end
    end
    reply[size + 1], reply[size + 2], reply[size + 3] = code, q, r
    size = size + 3
  end
  if isChanged then
    written[name] = write('<dd', q + now, r)
    call('SET', name, written[name], 'PX', floor((q + forgottenUs) / 1000))
  end
end

-- The usual case, inline: a quota of the account's first window, and a rate of the credential.
-- Answers how many were charged, and the rate as it is then.
local function decidePlain(a, list, first, count, slotCode, slot, q, r)
  local max, us, rest, parts, maxQ, maxR = limitOf[list + 7], limitOf[list + 14], limitOf[list + 15],
    limitOf[list + 16], limitOf[list + 17], limitOf[list + 18]
  local sum, fresh = used[a], 0
  for i = first, first + count - 1 do
    local code = repeated
    if not (known and known[ids[i]]) then
      local nextQ, nextR = q + us, r + rest
      if nextR >= parts then nextQ, nextR = nextQ + 1, nextR - parts end
      local isBeyond = nextQ > maxQ or (nextQ == maxQ and nextR > maxR)
      if checked == 1 and (isBeyond or sum >= max) then
        code = refused
      else
        -- A charge that no limit was asked for does not go into debt.
        if isBeyond then nextQ, nextR = maxQ, maxR end
        code, q, r, sum, fresh = slotCode, nextQ, nextR, sum + 1, fresh + 1
        remember(ids[i])
      end
    end
    size = size + 1
    reply[size] = code
    if code == otherSlot then
      size = size + 1
      reply[size] = slot
    end
    reply[size + 1], reply[size + 2], reply[size + 3] = sum, q, r
    size = size + 3
  end
  used[a] = sum
  return fresh, q, r
end

-- Of each limit of the group that is decided: the entries it stands among, and its numbers: of a rate
-- how far it is ahead, and whether that had to be turned back; of a quota what was used.
local boxes, xs, ys, isBack = {}, {}, {}, {}

-- Any number of limits of any kind. `mine` are the credential's entries. Answers how many were
-- charged, and whether what is stored of the credential has to change in any case.
local function decideGeneral(a, list, first, count, slotCode, slot, mine)
  local limits, window, isTurned = limitOf[list + 4], limitOf[list + 1], false
  for k = 1, limits do
    local l = list + 7 * k - 2
    local kind, id = limitOf[l], limitOf[l + 1]
    boxes[k], isBack[k] = nil, nil
    if kind > 0 then
      local box = kind == 1 and mine or othersOf(a)
      local p = placeOf(box, id)
      boxes[k], xs[k], ys[k] = box, 0, 0
      if box[p] then
        xs[k], ys[k], isBack[k] = ahead(box[p + 1] - now, box[p + 2], limitOf[l + 5], limitOf[l + 6])
        isTurned = isTurned or (isBack[k] and kind == 1)
      end
    elseif id == window then
      xs[k] = used[a]
    else
      local box = othersOf(a)
      local p = placeOf(box, id)
      boxes[k], xs[k] = box, box[p + 1] == limitOf[l + 4] and box[p + 2] or 0
    end
  end
  local fresh = 0
  for i = first, first + count - 1 do
    local code = slotCode
    if known and known[ids[i]] then
      code = repeated
    elseif checked == 1 then
      for k = 1, limits do
        local l = list + 7 * k - 2
        if limitOf[l] == 0 then
          if xs[k] >= limitOf[l + 2] then code = refused end
        else
          local q, r, maxQ = xs[k] + limitOf[l + 2], ys[k] + limitOf[l + 3], limitOf[l + 5]
          if r >= limitOf[l + 4] then q, r = q + 1, r - limitOf[l + 4] end
          if q > maxQ or (q == maxQ and r > limitOf[l + 6]) then code = refused end
        end
      end
    end
    if code == slotCode then
      for k = 1, limits do
        local l = list + 7 * k - 2
        if limitOf[l] == 0 then
          xs[k] = xs[k] + 1
        else
          local q, r = xs[k] + limitOf[l + 2], ys[k] + limitOf[l + 3]
          if r >= limitOf[l + 4] then q, r = q + 1, r - limitOf[l + 4] end
          -- A charge that no limit was asked for does not go into debt.
          xs[k], ys[k] = ahead(q, r, limitOf[l + 5], limitOf[l + 6])
        end
      end
      fresh = fresh + 1
      remember(ids[i])
    end
    size = size + 1
    reply[size] = code
    if code == otherSlot then
      size = size + 1
      reply[size] = slot
    end
    for k = 1, limits do
      size = size + 1
      reply[size] = xs[k]
      if limitOf[list + 7 * k - 2] > 0 then
        size = size + 1
        reply[size] = ys[k]
      end
    end
  end
  used[a] = used[a] + fresh
  for k = 1, limits do
    local l, box = list + 7 * k - 2, boxes[k]
    if box and (fresh > 0 or isBack[k]) then
      local p = placeOf(box, limitOf[l + 1])
      local isRate = limitOf[l] > 0
      box[p] = limitOf[l + 1]
      box[p + 1] = isRate and xs[k] + now or limitOf[l + 4]
      box[p + 2] = isRate and ys[k] or xs[k]
      if box ~= mine then touched[a] = true end
    end
  end
  return fresh, isTurned
end

-- Whether each window of a list is one that the account's counters can be counted in: nil if so,
-- else the code of the answer. Windows that have ended begin anew.
local function windowsFail(a, list, time)
  local start, finish = limitOf[list + 2], limitOf[list + 3]
  if time < start or time >= finish then return otherWindow end
  if ends[a] ~= finish then
    -- A later window, or one that overlaps: the clock was set back. What was used is in Postgres.
    if ends[a] > start or windows[a] ~= limitOf[list + 1] then return incomplete end
    -- The clock was in this window before, and was set back: see restore.lua.
    if tails[a] and othersOf(a)[placeOf(othersOf(a), 2)] then return incomplete end
    ends[a], used[a] = finish, 0
  end
  if limitOf[list] == 1 then return nil end
  for k = 1, limitOf[list + 4] do
    local l = list + 7 * k - 2
    if limitOf[l] == 0 and limitOf[l + 1] ~= limitOf[list + 1] then
      if time < limitOf[l + 3] or time >= limitOf[l + 4] then return otherWindow end
      local box = othersOf(a)
      local finish = box[placeOf(box, limitOf[l + 1]) + 1]
      if finish and finish ~= limitOf[l + 4] and finish > limitOf[l + 3] then return incomplete end
    end
  end
end

local first = 1
for g = 1, groupCount do
  local a, list, count = groupOf[3 * g - 2], groupOf[3 * g - 1], groupOf[3 * g]
  local name = KEYS[firstGroup + g]
  local value = written[name] or stored[g]
  if a > 0 then a = sameAs[a] end
  if a == 0 then
    decideUncounted(name, value, list, first, count)
  elseif not epochs[a] then
    answerAll(count, incomplete)
  else
    -- A test account may live in a time of its own.
    local time = now
    if clocks[a] == 1 then time = now + shifts[a] elseif clocks[a] == 2 then time = shifts[a] end
    local failure = windowsFail(a, list, time)
    if failure then
      answerAll(count, failure, failure == otherWindow and time or nil)
    else
      local slot = floor(time / slotUs)
      local slotCode = slot == reply[3] and charged or otherSlot
      local from, admitted, back, dirty, at = slot, 0, 0, 0, 1
      if value then from, admitted, back, dirty, at = read('<I4ddB', value) end
      local id = limitOf[list + 13]
      local mine, fresh, q, r, isTurned
      if limitOf[list] == 1 and (at > #(value or '') or (#value == 41 and read('<I4', value, at) == id)) then
        q, r, isTurned = 0, 0, false
        if value and at <= #value then
          q, r = read('<dd', value, at + 4)
          q, r, isTurned = ahead(q - now, r, limitOf[list + 17], limitOf[list + 18])
        end
        fresh, q, r = decidePlain(a, list, first, count, slotCode, slot, q, r)
      else
        mine = value and entriesOf(value, at) or {}
        fresh, isTurned = decideGeneral(a, list, first, count, slotCode, slot, mine)
      end
      if fresh > 0 or isTurned then
        if fresh > 0 then
          touched[a] = true
          if from ~= slot or not value then
            admitted, back = changeSlot(a, name, from, admitted, back, dirty, slot)
            dirty = 0
          end
          if dirty == 0 then markChanged(name) end
          from, admitted, dirty = slot, admitted + fresh, 1
        end
        if mine then
          value = write('<I4ddB', from, admitted, back, dirty) .. textOf(mine)
        else
          value = write('<I4ddBI4dd', from, admitted, back, dirty, id, q + now, r)
        end
        set[setCount + 1], set[setCount + 2], written[name] = name, value, value
        setCount = setCount + 2
      end
    end
  end
  first = first + count
end

for a = 1, accountCount do
  if touched[a] then
    local value = write('<ddBdI4dd', run, epochs[a], clocks[a], shifts[a], windows[a], ends[a], used[a])
    if others[a] or tails[a] then value = value .. textOf(othersOf(a)) end
    set[setCount + 1], set[setCount + 2] = KEYS[firstAccount + a], value
    setCount = setCount + 2
  end
end
if setCount > 0 then call('MSET', unpack(set)) end
if marks then call('ZADD', unpack(marks)) end
if newCount > 0 then
  call('SADD', KEYS[2], unpack(newIds))
  call('PEXPIREAT', KEYS[2], idsExpiryMs)
end
return cmsgpack.pack(reply)
