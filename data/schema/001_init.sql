-- A session file, version 1. One SQLite database: raw events as they passed the deck's door, what the
-- deck derived from them, and the names both use. See the design page, section 4.
--
-- Numbers: times are ns since 1970 UTC, prices _e9 are 1e-9 dollars, sizes _e6 are 1e-6 shares or
-- contracts, `size` without a suffix is whole contracts. lag_ns is when the recorder saw the event
-- minus when it happened: ts_ns + lag_ns is engine time and never falls as seq grows.
-- NULL means not given, or no such side of a quote.
--
-- For people there is a view v_NAME for each table. UTC(x), PX(x), QTY(x), WORD(list, x), IDENT(x) and
-- VENUE(x) are written out by data/embed.py: SQLite has no macros.
--
-- Tables that every event has a row in are narrow: a combination of small facts that repeats (venue
-- and conditions of a print, the verdict on it, the class of a packet) is a row of a table of its own.

-- Facts about the session: what was recorded, where the engine stood, what was counted.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Words behind the small numbers.
CREATE TABLE word (list TEXT NOT NULL, n INTEGER NOT NULL, word TEXT NOT NULL, sentence TEXT NOT NULL,
  PRIMARY KEY (list, n)) WITHOUT ROWID;
CREATE TABLE venue (id INTEGER PRIMARY KEY, mic TEXT NOT NULL, name TEXT NOT NULL,
  market TEXT NOT NULL, letter TEXT NOT NULL, off_exchange INTEGER NOT NULL, source TEXT NOT NULL);
CREATE TABLE condition (market TEXT NOT NULL, tape TEXT NOT NULL, letter TEXT NOT NULL,
  mnemonic TEXT NOT NULL, meaning TEXT NOT NULL, family TEXT NOT NULL, forbids TEXT NOT NULL,
  source TEXT NOT NULL, PRIMARY KEY (market, tape, letter)) WITHOUT ROWID;

-- Names. Equity symbols (and option roots' underlyings) and contracts share one number space.
CREATE TABLE symbol (id INTEGER PRIMARY KEY, symbol TEXT NOT NULL);
CREATE TABLE instrument (id INTEGER PRIMARY KEY, underlying INTEGER NOT NULL REFERENCES symbol (id),
  osi TEXT NOT NULL, expiry INTEGER NOT NULL, "right" TEXT NOT NULL, strike_e9 INTEGER NOT NULL,
  index_root INTEGER NOT NULL, settlement INTEGER NOT NULL, style INTEGER NOT NULL,
  adjusted INTEGER NOT NULL, multiplier INTEGER NOT NULL);
-- Print ids that are not plain numbers: a column `id` or `ref` holds -n.
CREATE TABLE ident (n INTEGER PRIMARY KEY, text TEXT NOT NULL);
-- Condition codes that are in no table of ours, as the feed wrote them.
CREATE TABLE code (n INTEGER PRIMARY KEY, text TEXT NOT NULL);

CREATE TABLE origin (id INTEGER PRIMARY KEY, venue INTEGER REFERENCES venue (id), cond TEXT,
  cond_other INTEGER REFERENCES code (n), tape TEXT, feed INTEGER NOT NULL, flags INTEGER NOT NULL);
CREATE TABLE quote_origin (id INTEGER PRIMARY KEY, venue INTEGER REFERENCES venue (id),
  bid_venue INTEGER REFERENCES venue (id), ask_venue INTEGER REFERENCES venue (id), cond TEXT,
  feed INTEGER NOT NULL, flags INTEGER NOT NULL);

-- Raw events, in the order of the door.
CREATE TABLE option_print (seq INTEGER PRIMARY KEY, ts_ns INTEGER NOT NULL, lag_ns INTEGER NOT NULL,
  instrument INTEGER NOT NULL REFERENCES instrument (id), price_e9 INTEGER NOT NULL,
  size INTEGER NOT NULL, origin INTEGER NOT NULL REFERENCES origin (id), id INTEGER,
  report_ns INTEGER);
CREATE TABLE option_quote (seq INTEGER PRIMARY KEY, ts_ns INTEGER NOT NULL, lag_ns INTEGER NOT NULL,
  instrument INTEGER NOT NULL REFERENCES instrument (id), bid_e9 INTEGER, ask_e9 INTEGER,
  bid_size INTEGER NOT NULL, ask_size INTEGER NOT NULL,
  origin INTEGER NOT NULL REFERENCES quote_origin (id));
CREATE TABLE equity_print (seq INTEGER PRIMARY KEY, ts_ns INTEGER NOT NULL, lag_ns INTEGER NOT NULL,
  symbol INTEGER NOT NULL REFERENCES symbol (id), price_e9 INTEGER NOT NULL,
  size_e6 INTEGER NOT NULL, origin INTEGER NOT NULL REFERENCES origin (id), id INTEGER,
  report_ns INTEGER);
CREATE TABLE equity_quote (seq INTEGER PRIMARY KEY, ts_ns INTEGER NOT NULL, lag_ns INTEGER NOT NULL,
  symbol INTEGER NOT NULL REFERENCES symbol (id), bid_e9 INTEGER, ask_e9 INTEGER,
  bid_size_e6 INTEGER NOT NULL, ask_size_e6 INTEGER NOT NULL,
  origin INTEGER NOT NULL REFERENCES quote_origin (id));
-- sym is an id of symbol or of instrument, so the next three declare no foreign key on it; the
-- program's own check looks at them.
CREATE TABLE correction (seq INTEGER PRIMARY KEY, ts_ns INTEGER NOT NULL, lag_ns INTEGER NOT NULL,
  kind INTEGER NOT NULL, sym INTEGER NOT NULL, price_e9 INTEGER NOT NULL, size_e6 INTEGER NOT NULL,
  origin INTEGER NOT NULL REFERENCES origin (id), id INTEGER, ref INTEGER, report_ns INTEGER);
CREATE TABLE status (seq INTEGER PRIMARY KEY, ts_ns INTEGER NOT NULL, lag_ns INTEGER NOT NULL,
  sym INTEGER NOT NULL, code TEXT NOT NULL, value INTEGER NOT NULL, value2 INTEGER NOT NULL,
  venue INTEGER REFERENCES venue (id), feed INTEGER NOT NULL);
CREATE TABLE reference (seq INTEGER PRIMARY KEY, ts_ns INTEGER NOT NULL, lag_ns INTEGER NOT NULL,
  kind INTEGER NOT NULL, sym INTEGER NOT NULL, quantity_e6 INTEGER NOT NULL, underlying INTEGER,
  venue INTEGER REFERENCES venue (id), feed INTEGER NOT NULL, note INTEGER);
CREATE INDEX reference_sym ON reference (sym, kind); -- the last word on each contract
CREATE TABLE gap (seq INTEGER PRIMARY KEY, ts_ns INTEGER NOT NULL, lag_ns INTEGER NOT NULL,
  sym INTEGER, from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL, missing INTEGER,
  reason INTEGER NOT NULL, venue INTEGER REFERENCES venue (id), feed INTEGER NOT NULL);

-- Derived: each print with the quote in force. ask_seq is NULL where the verdict says ask_from_bid
-- (one event showed both sides); packet is NULL where the print opens its packet, which then has
-- the print's seq as its id, or where the verdict says no_packet; notional_e9 is NULL where it is price x size (x 100 for options).
CREATE TABLE verdict (id INTEGER PRIMARY KEY, side INTEGER NOT NULL, state INTEGER NOT NULL,
  placement INTEGER NOT NULL, rule INTEGER NOT NULL, reason INTEGER NOT NULL,
  confidence INTEGER NOT NULL, family INTEGER NOT NULL, flags INTEGER NOT NULL,
  ask_from_bid INTEGER NOT NULL, no_packet INTEGER NOT NULL, placement_report INTEGER NOT NULL,
  revision INTEGER NOT NULL);
CREATE TABLE option_join (seq INTEGER PRIMARY KEY REFERENCES option_print (seq),
  bid_seq INTEGER REFERENCES option_quote (seq), ask_seq INTEGER REFERENCES option_quote (seq),
  packet INTEGER REFERENCES option_print (seq), notional_e9 INTEGER,
  verdict INTEGER NOT NULL REFERENCES verdict (id));
CREATE TABLE equity_join (seq INTEGER PRIMARY KEY REFERENCES equity_print (seq),
  bid_seq INTEGER REFERENCES equity_quote (seq), ask_seq INTEGER REFERENCES equity_quote (seq),
  notional_e9 INTEGER, verdict INTEGER NOT NULL REFERENCES verdict (id),
  report_bid_seq INTEGER REFERENCES equity_quote (seq),
  report_ask_seq INTEGER REFERENCES equity_quote (seq));

-- Derived: what later events changed. A cancel or correction (by_seq) makes new versions of joins
-- and packets; the last as of a moment is in force, the earlier ones stay. Nothing is left out in
-- these rows: they are few. A packet without a row here has its first version only. repair says what
-- became of every cancel and correction.
CREATE TABLE option_revision (rev INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL REFERENCES option_print (seq), by_seq INTEGER NOT NULL,
  price_e9 INTEGER NOT NULL, size INTEGER NOT NULL,
  bid_seq INTEGER REFERENCES option_quote (seq), ask_seq INTEGER REFERENCES option_quote (seq),
  packet INTEGER REFERENCES option_print (seq), notional_e9 INTEGER NOT NULL,
  verdict INTEGER NOT NULL REFERENCES verdict (id));
CREATE INDEX option_revision_seq ON option_revision (seq);
CREATE TABLE equity_revision (rev INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL REFERENCES equity_print (seq), by_seq INTEGER NOT NULL,
  price_e9 INTEGER NOT NULL, size_e6 INTEGER NOT NULL,
  bid_seq INTEGER REFERENCES equity_quote (seq), ask_seq INTEGER REFERENCES equity_quote (seq),
  notional_e9 INTEGER NOT NULL, verdict INTEGER NOT NULL REFERENCES verdict (id),
  report_bid_seq INTEGER REFERENCES equity_quote (seq),
  report_ask_seq INTEGER REFERENCES equity_quote (seq));
CREATE INDEX equity_revision_seq ON equity_revision (seq);
CREATE TABLE packet_revision (rev INTEGER PRIMARY KEY REFERENCES packet (rev),
  id INTEGER NOT NULL REFERENCES option_print (seq), by_seq INTEGER, first INTEGER NOT NULL);
CREATE INDEX packet_revision_id ON packet_revision (id);
CREATE TABLE repair (rev INTEGER PRIMARY KEY, seq INTEGER NOT NULL, target INTEGER,
  outcome INTEGER NOT NULL);
CREATE INDEX repair_seq ON repair (seq);

-- Derived: packets. rev counts everything the deck derived, so joins have the numbers between; id,
-- at_seq and at_ns do not fall as rev grows. A packet that is exactly its one print has no row in
-- packet_sum. Further versions have the same id and a row in packet_revision. px_qty is the sum of price x size in 1e-15, as text where it needs more than 63 bits.
CREATE TABLE packet_class (id INTEGER PRIMARY KEY, side INTEGER NOT NULL, kind INTEGER NOT NULL,
  grade INTEGER NOT NULL, state INTEGER NOT NULL, reason INTEGER NOT NULL,
  confidence INTEGER NOT NULL, family INTEGER NOT NULL, split INTEGER NOT NULL,
  flags INTEGER NOT NULL);
-- What is said of a packet beside its sums; structure, class and legs are those of a package.
CREATE TABLE packet_reading (id INTEGER PRIMARY KEY, direction INTEGER NOT NULL,
  direction_reason INTEGER NOT NULL, opening_reason INTEGER NOT NULL,
  forward_source INTEGER NOT NULL, rarity_reason INTEGER NOT NULL, structure INTEGER NOT NULL,
  class INTEGER NOT NULL, legs INTEGER NOT NULL);
-- rarity: of rarity_n packets of the symbol, days to expiry and hour that came before, rarity_k had at
-- least its premium. forward_e9: of the underlying at expiry, when the packet ended. day_volume: contracts
-- traded that day up to its last print, where an opening minimum was asked for.
CREATE TABLE packet (rev INTEGER PRIMARY KEY, id INTEGER NOT NULL REFERENCES option_print (seq),
  at_seq INTEGER NOT NULL, at_ns INTEGER NOT NULL, class INTEGER NOT NULL REFERENCES packet_class (id),
  venues INTEGER NOT NULL, isos INTEGER NOT NULL,
  reading INTEGER NOT NULL REFERENCES packet_reading (id), forward_e9 INTEGER,
  rarity_k INTEGER NOT NULL, rarity_n INTEGER NOT NULL, day_volume INTEGER);
CREATE TABLE packet_sum (rev INTEGER PRIMARY KEY REFERENCES packet (rev),
  last_seq INTEGER REFERENCES option_print (seq),
  instrument INTEGER NOT NULL REFERENCES instrument (id), start_ns INTEGER NOT NULL,
  end_ns INTEGER NOT NULL, size INTEGER NOT NULL, premium_e9 INTEGER NOT NULL, px_qty,
  low_e9 INTEGER NOT NULL, high_e9 INTEGER NOT NULL, last_e9 INTEGER NOT NULL,
  members INTEGER NOT NULL, levels INTEGER NOT NULL);
-- What most packets do not have. parent: the repeat run it belongs to; opening_min: contracts proven to
-- open a position; net: of one unit of a package; others: prints of the contract within a repeat run
-- that are not its own.
CREATE TABLE packet_more (rev INTEGER PRIMARY KEY REFERENCES packet (rev),
  parent INTEGER REFERENCES option_print (seq), opening_min_e6 INTEGER, net_e9 INTEGER,
  others INTEGER NOT NULL);
CREATE INDEX packet_more_parent ON packet_more (parent) WHERE parent IS NOT NULL;

-- Derived: legs read as one order. A structure marked by the exchange (grade flagged) stands right before
-- its packet (rev and one more), which has the same id; an inferred one has no packet of its own, its legs
-- name theirs. Versions as of a packet; `first` marks the first of an id. net, bid and ask are those of
-- one unit; delta_e6 in shares, the notionals in dollars, vega in dollars a point, all of them of the
-- taker's position and only where `greeks` says that they hold.
CREATE TABLE structure (rev INTEGER PRIMARY KEY, id INTEGER NOT NULL REFERENCES option_print (seq),
  at_seq INTEGER NOT NULL, at_ns INTEGER NOT NULL, by_seq INTEGER, first INTEGER NOT NULL,
  underlying INTEGER NOT NULL REFERENCES symbol (id), shape INTEGER NOT NULL,
  grade INTEGER NOT NULL, class INTEGER NOT NULL, state INTEGER NOT NULL, side INTEGER NOT NULL,
  direction INTEGER NOT NULL, direction_reason INTEGER NOT NULL, confidence INTEGER NOT NULL,
  start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, units_e6 INTEGER NOT NULL,
  premium_e9 INTEGER NOT NULL, net_e9 INTEGER NOT NULL, net_bid_e9 INTEGER, net_ask_e9 INTEGER,
  greeks INTEGER NOT NULL, delta_e6 INTEGER NOT NULL, delta_notional_e9 INTEGER NOT NULL,
  gross_notional_e9 INTEGER NOT NULL, vega_e9 INTEGER NOT NULL, flags INTEGER NOT NULL,
  venue INTEGER REFERENCES venue (id), legs INTEGER NOT NULL);
CREATE INDEX structure_id ON structure (id);
-- n counts from 1, by expiry, strike, calls first. seq: its first print, or the id of its packet where the
-- structure is inferred. ratio: contracts in one unit; price: the mean, weighted by size.
CREATE TABLE leg (rev INTEGER NOT NULL REFERENCES structure (rev), n INTEGER NOT NULL,
  seq INTEGER NOT NULL REFERENCES option_print (seq),
  instrument INTEGER NOT NULL REFERENCES instrument (id), sign INTEGER NOT NULL,
  ratio INTEGER NOT NULL, size INTEGER NOT NULL, price_e9 INTEGER NOT NULL, bid_e9 INTEGER,
  ask_e9 INTEGER, placement INTEGER NOT NULL, PRIMARY KEY (rev, n)) WITHOUT ROWID;
CREATE INDEX leg_seq ON leg (seq);
-- Derived: packets of one underlying and day that point one way. Told again as it grows: the last version
-- of an id counts. last: its newest packet; against: packets that point the other way; unvalued: packets
-- whose delta is not known.
CREATE TABLE campaign (rev INTEGER PRIMARY KEY, id INTEGER NOT NULL REFERENCES option_print (seq),
  at_seq INTEGER NOT NULL, at_ns INTEGER NOT NULL, first INTEGER NOT NULL,
  underlying INTEGER NOT NULL REFERENCES symbol (id), day INTEGER NOT NULL,
  direction INTEGER NOT NULL, state INTEGER NOT NULL, start_ns INTEGER NOT NULL,
  end_ns INTEGER NOT NULL, last INTEGER NOT NULL REFERENCES option_print (seq),
  packets INTEGER NOT NULL, contracts INTEGER NOT NULL, premium_e9 INTEGER NOT NULL,
  delta_notional_e9 INTEGER NOT NULL, vega_e9 INTEGER NOT NULL, unvalued INTEGER NOT NULL,
  packets_against INTEGER NOT NULL, against_e9 INTEGER NOT NULL);
CREATE INDEX campaign_id ON campaign (id);
CREATE INDEX campaign_first ON campaign (rev) WHERE first;

-- Derived: what the next open interest (seq) said of a day's volume in a contract. day is yyyymmdd; of
-- 2 x volume sides `opened` opened a position and `closed` closed one, where the outcome is done.
CREATE TABLE opening (rev INTEGER PRIMARY KEY, seq INTEGER NOT NULL REFERENCES reference (seq),
  instrument INTEGER NOT NULL REFERENCES instrument (id), day INTEGER NOT NULL,
  volume_e6 INTEGER NOT NULL, oi_before_e6 INTEGER NOT NULL, oi_after_e6 INTEGER NOT NULL,
  opened_e6 INTEGER NOT NULL, closed_e6 INTEGER NOT NULL, outcome INTEGER NOT NULL);
CREATE INDEX opening_instrument ON opening (instrument, day);

-- Premiums of packets counted by symbol, days to expiry and time of day: generation 0 is what the
-- session began with (meta baseline.from names the session before), 1 what it leaves to the next.
-- counts: for each step of premium that is not empty its number (a byte) and its count (seven bits a
-- byte, the lowest first, 0x80 = more follow). Step s begins at (8 + s % 8) x 2^(s / 8) / 8 dollars.
CREATE TABLE baseline_cell (generation INTEGER NOT NULL, symbol TEXT NOT NULL, dte INTEGER NOT NULL,
  slot INTEGER NOT NULL, n INTEGER NOT NULL, counts BLOB NOT NULL,
  PRIMARY KEY (generation, symbol, dte, slot)) WITHOUT ROWID;

-- Summaries for the timeline: one row for each width_s seconds in which something happened. last_seq is
-- the last event before its end; top_ is the packet of the largest premium told in that time.
CREATE TABLE lane (width_s INTEGER NOT NULL, at_s INTEGER NOT NULL, last_seq INTEGER NOT NULL,
  events INTEGER NOT NULL, prints INTEGER NOT NULL, packets INTEGER NOT NULL, gaps INTEGER NOT NULL,
  halts INTEGER NOT NULL, top_packet INTEGER REFERENCES option_print (seq), top_premium_e9 INTEGER,
  top_side INTEGER, top_ns INTEGER, PRIMARY KEY (width_s, at_s)) WITHOUT ROWID;

-- States of the engine, so that a seek need not begin at the start; a copy of what follows from the raw
-- rows, which any program may ignore or delete. A full one begins a chain at first_part, the others
-- hold what changed since the one before. quotes and prints count what had gone into the histories,
-- layout names the form of the records.
CREATE TABLE keyframe (seq INTEGER PRIMARY KEY, clock_ns INTEGER NOT NULL, records INTEGER NOT NULL,
  digest INTEGER NOT NULL, quotes INTEGER NOT NULL, prints INTEGER NOT NULL, layout INTEGER NOT NULL,
  full_seq INTEGER NOT NULL REFERENCES keyframe (seq), first_part INTEGER NOT NULL,
  last_part INTEGER NOT NULL);
CREATE TABLE keyframe_part (id INTEGER PRIMARY KEY, keyframe INTEGER NOT NULL REFERENCES keyframe (seq),
  kind INTEGER NOT NULL, entry INTEGER NOT NULL, n INTEGER NOT NULL, bytes BLOB NOT NULL);

-- What a person marked on the tape: a letter, or '' for a note without one.
CREATE TABLE mark (id INTEGER PRIMARY KEY, letter TEXT NOT NULL, at_seq INTEGER NOT NULL,
  at_ns INTEGER NOT NULL, text TEXT NOT NULL);

-- Tables in all but storage. print_join and packet_member are as in force at the end.
CREATE VIEW option_first AS
  SELECT j.seq, j.bid_seq, iif(v.ask_from_bid, j.bid_seq, j.ask_seq) AS ask_seq,
         iif(v.no_packet, NULL, ifnull(j.packet, j.seq)) AS packet,
         ifnull(j.notional_e9, p.price_e9 * p.size * 100) AS notional_e9, j.verdict, p.price_e9,
         p.size
    FROM option_join j JOIN option_print p USING (seq) JOIN verdict v ON v.id = j.verdict;
CREATE VIEW equity_first AS
  SELECT j.seq, j.bid_seq, iif(v.ask_from_bid, j.bid_seq, j.ask_seq) AS ask_seq,
         ifnull(j.notional_e9, p.price_e9 * p.size_e6 / 1000000) AS notional_e9, j.verdict,
         p.price_e9, p.size_e6, j.report_bid_seq, j.report_ask_seq
    FROM equity_join j JOIN equity_print p USING (seq) JOIN verdict v ON v.id = j.verdict;
CREATE VIEW print_join AS
  SELECT seq, NULL AS by_seq, price_e9, size * 1000000 AS size_e6, bid_seq, ask_seq, packet,
         notional_e9, verdict, NULL AS report_bid_seq, NULL AS report_ask_seq
    FROM option_first f WHERE NOT EXISTS (SELECT 1 FROM option_revision r WHERE r.seq = f.seq)
  UNION ALL
  SELECT seq, by_seq, price_e9, size * 1000000, bid_seq, ask_seq, packet, notional_e9, verdict,
         NULL, NULL
    FROM option_revision f
   WHERE NOT EXISTS (SELECT 1 FROM option_revision r WHERE r.seq = f.seq AND r.rev > f.rev)
  UNION ALL
  SELECT seq, NULL, price_e9, size_e6, bid_seq, ask_seq, NULL, notional_e9, verdict,
         report_bid_seq, report_ask_seq
    FROM equity_first f WHERE NOT EXISTS (SELECT 1 FROM equity_revision r WHERE r.seq = f.seq)
  UNION ALL
  SELECT seq, by_seq, price_e9, size_e6, bid_seq, ask_seq, NULL, notional_e9, verdict,
         report_bid_seq, report_ask_seq
    FROM equity_revision f
   WHERE NOT EXISTS (SELECT 1 FROM equity_revision r WHERE r.seq = f.seq AND r.rev > f.rev);
CREATE VIEW packet_member AS
  SELECT packet, seq FROM option_first f
   WHERE packet IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM option_revision r WHERE r.seq = f.seq)
  UNION ALL
  SELECT packet, seq FROM option_revision f
   WHERE packet IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM option_revision r WHERE r.seq = f.seq AND r.rev > f.rev);

-- For people.
CREATE VIEW v_meta AS SELECT key, value FROM meta;
CREATE VIEW v_venue AS SELECT * FROM venue;
CREATE VIEW v_condition AS SELECT * FROM condition;
CREATE VIEW v_symbol AS SELECT id, symbol FROM symbol;
CREATE VIEW v_instrument AS
  SELECT i.id, i.osi AS contract, s.symbol AS underlying, i."right",
         printf('%04d-%02d-%02d', i.expiry / 10000, i.expiry / 100 % 100, i.expiry % 100) AS expiry,
         PX(i.strike_e9) AS strike, WORD('settlement', i.settlement) AS settlement,
         WORD('style', i.style) AS style, i.adjusted, i.multiplier
    FROM instrument i JOIN symbol s ON s.id = i.underlying;
CREATE VIEW v_option_print AS
  SELECT p.seq, UTC(p.ts_ns) AS ts, UTC(p.ts_ns + p.lag_ns) AS recv, i.osi AS contract,
         PX(p.price_e9) AS price, p.size, VENUE(o.venue) AS venue, CONDS('option', 'O', o) AS conditions,
         IDENT(p.id) AS id, UTC(p.report_ns) AS report, o.feed, STATE(option_revision, p.seq) AS state
    FROM option_print p JOIN instrument i ON i.id = p.instrument JOIN origin o ON o.id = p.origin;
CREATE VIEW v_option_quote AS
  SELECT q.seq, UTC(q.ts_ns) AS ts, UTC(q.ts_ns + q.lag_ns) AS recv, i.osi AS contract,
         PX(q.bid_e9) AS bid, q.bid_size, PX(q.ask_e9) AS ask, q.ask_size,
         VENUE(o.venue) AS venue, VENUE(o.bid_venue) AS bid_venue, VENUE(o.ask_venue) AS ask_venue,
         o.cond AS conditions, o.feed
    FROM option_quote q JOIN instrument i ON i.id = q.instrument
    JOIN quote_origin o ON o.id = q.origin;
CREATE VIEW v_equity_print AS
  SELECT p.seq, UTC(p.ts_ns) AS ts, UTC(p.ts_ns + p.lag_ns) AS recv, s.symbol,
         PX(p.price_e9) AS price, QTY(p.size_e6) AS size, VENUE(o.venue) AS venue,
         CONDS('equity', iif(o.tape = 'C', 'C', 'A'), o) AS conditions, o.tape, IDENT(p.id) AS id,
         UTC(p.report_ns) AS report, o.feed, STATE(equity_revision, p.seq) AS state
    FROM equity_print p JOIN symbol s ON s.id = p.symbol JOIN origin o ON o.id = p.origin;
CREATE VIEW v_equity_quote AS
  SELECT q.seq, UTC(q.ts_ns) AS ts, UTC(q.ts_ns + q.lag_ns) AS recv, s.symbol, PX(q.bid_e9) AS bid,
         QTY(q.bid_size_e6) AS bid_size, PX(q.ask_e9) AS ask, QTY(q.ask_size_e6) AS ask_size,
         VENUE(o.venue) AS venue, VENUE(o.bid_venue) AS bid_venue, VENUE(o.ask_venue) AS ask_venue,
         o.cond AS conditions, o.feed
    FROM equity_quote q JOIN symbol s ON s.id = q.symbol JOIN quote_origin o ON o.id = q.origin;
CREATE VIEW v_correction AS
  SELECT c.seq, UTC(c.ts_ns) AS ts, UTC(c.ts_ns + c.lag_ns) AS recv, WORD('event', c.kind) AS kind,
         SYM(c.sym) AS symbol, IDENT(c.ref) AS ref, PX(c.price_e9) AS price, QTY(c.size_e6) AS size,
         VENUE(o.venue) AS venue, o.cond AS conditions, IDENT(c.id) AS id,
         UTC(c.report_ns) AS report, o.feed
    FROM correction c JOIN origin o ON o.id = c.origin;
CREATE VIEW v_status AS
  SELECT seq, UTC(ts_ns) AS ts, UTC(ts_ns + lag_ns) AS recv, SYM(sym) AS symbol, code,
         PX(value) AS value, PX(value2) AS value2, VENUE(venue) AS venue, feed FROM status;
CREATE VIEW v_reference AS
  SELECT seq, UTC(ts_ns) AS ts, UTC(ts_ns + lag_ns) AS recv, WORD('event', kind) AS kind,
         SYM(sym) AS symbol, QTY(quantity_e6) AS quantity,
         (SELECT s.symbol FROM symbol s WHERE s.id = reference.underlying) AS underlying,
         IDENT(note) AS note, VENUE(venue) AS venue, feed FROM reference;
CREATE VIEW v_gap AS
  SELECT seq, UTC(ts_ns) AS ts, UTC(ts_ns + lag_ns) AS recv, UTC(from_ns) AS "from",
         UTC(to_ns) AS "to", missing, WORD('gap', reason) AS reason, feed FROM gap;
CREATE VIEW v_opening AS
  SELECT o.rev, o.seq, i.osi AS contract,
         printf('%04d-%02d-%02d', o.day / 10000, o.day / 100 % 100, o.day % 100) AS day,
         QTY(o.volume_e6) AS volume, QTY(o.oi_before_e6) AS open_interest_before,
         QTY(o.oi_after_e6) AS open_interest_after, WORD('reconcile', o.outcome) AS outcome,
         iif(o.outcome = 0, QTY(o.opened_e6), NULL) AS opened,
         iif(o.outcome = 0, QTY(o.closed_e6), NULL) AS closed
    FROM opening o JOIN instrument i ON i.id = o.instrument;
CREATE VIEW v_baseline_cell AS
  SELECT iif(generation = 0, 'begun', 'left') AS generation, symbol,
         WORD('baseline_dte', dte) AS days_to_expiry, WORD('baseline_slot', slot) AS time_of_day, n
    FROM baseline_cell;
CREATE VIEW v_lane AS
  SELECT width_s, UTC(at_s * 1000000000) AS start, last_seq, events, prints, packets, gaps, halts,
         top_packet, PX(top_premium_e9) AS top_premium, WORD('side', top_side) AS top_side,
         UTC(top_ns) AS top_at FROM lane;
CREATE VIEW v_keyframe AS
  SELECT k.seq, UTC(k.clock_ns) AS at, iif(k.full_seq = k.seq, 'full', 'delta') AS kind,
         printf('%016x', k.digest) AS digest, k.records, sum(p.n) AS entries,
         sum(length(p.bytes)) AS bytes
    FROM keyframe k JOIN keyframe_part p ON p.keyframe = k.seq GROUP BY k.seq;
CREATE VIEW v_mark AS SELECT id, letter, at_seq, UTC(at_ns) AS at, text FROM mark;
CREATE VIEW v_packet_member AS
  SELECT m.packet, m.seq, p.ts, p.contract, p.price, p.size, p.venue, p.conditions
    FROM packet_member m JOIN v_option_print p USING (seq);
CREATE VIEW v_print_join AS
  SELECT j.seq, ifnull(i.osi, s.symbol) AS symbol, j.bid_seq,
         PX(ifnull(ob.bid_e9, eb.bid_e9)) AS bid, j.ask_seq, PX(ifnull(oa.ask_e9, ea.ask_e9)) AS ask,
         WORD('quote_state', v.state) AS quote_state, WORD('placement', v.placement) AS placement,
         WORD('side', v.side) AS side, WORD('side_rule', v.rule) AS side_rule,
         WORD('side_reason', v.reason) AS side_reason, v.confidence AS side_confidence,
         iif(op.seq IS NULL, WORD('price_mode', v.family), WORD('family', v.family)) AS family,
         PX(j.notional_e9) AS premium, j.packet, WORD('revision', v.revision) AS state,
         j.by_seq AS revised_by, PX(j.price_e9) AS price, QTY(j.size_e6) AS size,
         j.report_bid_seq, PX(rb.bid_e9) AS report_bid, j.report_ask_seq,
         PX(ra.ask_e9) AS report_ask, WORD('placement', v.placement_report) AS placement_report
    FROM print_join j JOIN verdict v ON v.id = j.verdict
    LEFT JOIN option_print op ON op.seq = j.seq LEFT JOIN instrument i ON i.id = op.instrument
    LEFT JOIN equity_print ep ON ep.seq = j.seq LEFT JOIN symbol s ON s.id = ep.symbol
    LEFT JOIN option_quote ob ON ob.seq = j.bid_seq LEFT JOIN equity_quote eb ON eb.seq = j.bid_seq
    LEFT JOIN option_quote oa ON oa.seq = j.ask_seq LEFT JOIN equity_quote ea ON ea.seq = j.ask_seq
    LEFT JOIN equity_quote rb ON rb.seq = j.report_bid_seq
    LEFT JOIN equity_quote ra ON ra.seq = j.report_ask_seq;
CREATE VIEW v_repair AS
  SELECT r.rev, r.seq, UTC(ifnull(c.ts_ns, p.ts_ns)) AS ts, ifnull(WORD('event', c.kind), 'cancel') AS kind,
         ifnull(SYM(c.sym), SYM(p.instrument)) AS symbol, IDENT(c.ref) AS ref, r.target,
         WORD('repair', r.outcome) AS outcome,
         (SELECT w.sentence FROM word w WHERE w.list = 'repair' AND w.n = r.outcome) AS meaning
    FROM repair r LEFT JOIN correction c ON c.seq = r.seq
    LEFT JOIN option_print p ON p.seq = r.seq;
CREATE VIEW v_revision AS
  SELECT rev, seq, by_seq, PX(price_e9) AS price, QTY(size * 1000000) AS size, packet,
         PX(notional_e9) AS premium, WORD('revision', v.revision) AS state
    FROM option_revision r JOIN verdict v ON v.id = r.verdict
  UNION ALL
  SELECT rev, seq, by_seq, PX(price_e9), QTY(size_e6), NULL, PX(notional_e9),
         WORD('revision', v.revision)
    FROM equity_revision r JOIN verdict v ON v.id = r.verdict;
CREATE VIEW v_packet_revision AS
  SELECT r.rev, r.id, r.by_seq, WORD('packet_state', c.state) AS state, ifnull(s.size, p.size) AS size,
         ifnull(s.members, 1) AS members
    FROM packet_revision r JOIN packet k USING (rev) JOIN packet_class c ON c.id = k.class
    LEFT JOIN packet_sum s USING (rev) LEFT JOIN option_print p ON p.seq = r.id;
CREATE VIEW v_packet AS
  SELECT k.rev, k.id, UTC(ifnull(s.start_ns, p.ts_ns)) AS start, UTC(ifnull(s.end_ns, p.ts_ns)) AS end,
         i.osi AS contract, WORD('packet_kind', c.kind) AS kind, WORD('packet_grade', c.grade) AS grade,
         WORD('packet_state', c.state) AS state, WORD('side', c.side) AS side,
         WORD('side_reason', c.reason) AS side_reason, c.confidence, ifnull(s.size, p.size) AS size,
         PX(ifnull(s.premium_e9, ifnull(j.notional_e9, p.price_e9 * p.size * 100))) AS premium,
         iif(s.rev IS NULL, PX(p.price_e9),
             printf('%.9f', s.px_qty * 1e-15 / nullif(s.size, 0))) AS vwap,
         PX(ifnull(s.low_e9, p.price_e9)) AS low, PX(ifnull(s.high_e9, p.price_e9)) AS high,
         PX(ifnull(s.last_e9, p.price_e9)) AS last, ifnull(s.members, 1) AS members,
         ifnull(s.levels, 1) AS levels, k.isos, printf('%x', k.venues) AS venues_hex,
         WORD('family', c.family) AS family, WORD('packet_split', c.split) AS split,
         (SELECT group_concat(w.word, '|') FROM word w
           WHERE w.list = 'packet_flag' AND c.flags & w.n) AS flags,
         iif(g.direction = 0 AND g.direction_reason NOT IN (SELECT n FROM word WHERE list =
             'direction_reason' AND word IN ('', 'neutral')), 'none',
             WORD('direction', g.direction)) AS direction,
         WORD('direction_reason', g.direction_reason) AS direction_reason,
         WORD('structure', g.structure) AS structure, WORD('structure_class', g.class) AS class,
         g.legs, PX(m.net_e9) AS net_price, QTY(m.opening_min_e6) AS opening_min,
         WORD('opening_reason', g.opening_reason) AS opening_reason, k.day_volume, k.rarity_k, k.rarity_n,
         WORD('rarity_reason', g.rarity_reason) AS rarity_reason, PX(k.forward_e9) AS forward,
         WORD('forward_source', g.forward_source) AS forward_source, m.parent, m.others,
         iif(s.rev IS NULL, k.id, s.last_seq) AS last_seq, k.at_seq, UTC(k.at_ns) AS at,
         (SELECT r.by_seq FROM packet_revision r WHERE r.rev = k.rev) AS revised_by
    FROM packet k JOIN packet_class c ON c.id = k.class JOIN packet_reading g ON g.id = k.reading
    LEFT JOIN packet_sum s ON s.rev = k.rev LEFT JOIN packet_more m ON m.rev = k.rev
    LEFT JOIN option_print p ON p.seq = k.id LEFT JOIN option_join j ON j.seq = k.id
    LEFT JOIN instrument i ON i.id = ifnull(s.instrument, p.instrument)
   WHERE NOT EXISTS (SELECT 1 FROM packet_revision r WHERE r.id = k.id AND r.rev > k.rev);
CREATE VIEW v_structure AS
  SELECT s.rev, s.id, UTC(s.start_ns) AS start, UTC(s.end_ns) AS end, u.symbol AS underlying,
         WORD('structure', s.shape) AS structure, WORD('packet_grade', s.grade) AS grade,
         WORD('structure_class', s.class) AS class, WORD('side', s.side) AS side,
         iif(s.direction = 0 AND s.direction_reason NOT IN (SELECT n FROM word WHERE list =
             'direction_reason' AND word IN ('', 'neutral')), 'none',
             WORD('direction', s.direction)) AS direction,
         WORD('direction_reason', s.direction_reason) AS direction_reason, s.confidence,
         (SELECT group_concat(iif(l.sign > 0, '+', iif(l.sign < 0, '-', '?')) || l.ratio || ' ' ||
                              replace(substr(i.osi, 1, 6), ' ', '') || ' ' || substr(i.osi, 7), '|')
            FROM leg l JOIN instrument i ON i.id = l.instrument WHERE l.rev = s.rev) AS legs,
         QTY(s.units_e6) AS size, PX(s.premium_e9) AS premium, PX(s.net_e9) AS net_price,
         PX(s.net_bid_e9) AS net_bid, PX(s.net_ask_e9) AS net_ask,
         iif(s.greeks, QTY(s.delta_e6), NULL) AS delta,
         iif(s.greeks, PX(s.delta_notional_e9), NULL) AS delta_notional,
         iif(s.greeks, PX(s.gross_notional_e9), NULL) AS gross_notional,
         iif(s.greeks, PX(s.vega_e9), NULL) AS vega, VENUE(s.venue) AS venue,
         WORD('packet_state', s.state) AS state,
         (SELECT group_concat(w.word, '|') FROM word w
           WHERE w.list = 'packet_flag' AND s.flags & w.n) AS flags,
         s.at_seq, UTC(s.at_ns) AS at, s.by_seq AS revised_by
    FROM structure s JOIN symbol u ON u.id = s.underlying
   WHERE NOT EXISTS (SELECT 1 FROM structure r WHERE r.id = s.id AND r.rev > s.rev);
CREATE VIEW v_leg AS
  SELECT s.id AS structure, l.rev, l.n, l.seq, i.osi AS contract, WORD('side', l.sign) AS side,
         l.ratio, l.size, PX(l.price_e9) AS price, PX(l.bid_e9) AS bid, PX(l.ask_e9) AS ask,
         WORD('placement', l.placement) AS placement
    FROM leg l JOIN structure s ON s.rev = l.rev JOIN instrument i ON i.id = l.instrument
   WHERE NOT EXISTS (SELECT 1 FROM structure r WHERE r.id = s.id AND r.rev > s.rev);
CREATE VIEW v_campaign AS
  SELECT c.rev, c.id, UTC(c.start_ns) AS start, UTC(c.end_ns) AS end, u.symbol AS underlying,
         printf('%04d-%02d-%02d', c.day / 10000, c.day / 100 % 100, c.day % 100) AS day,
         WORD('direction', c.direction) AS direction, WORD('packet_state', c.state) AS state,
         c.packets, c.contracts, PX(c.premium_e9) AS premium,
         PX(c.delta_notional_e9) AS delta_notional, PX(c.vega_e9) AS vega, c.unvalued,
         c.packets_against, PX(c.against_e9) AS premium_against, c.last, c.at_seq,
         UTC(c.at_ns) AS at
    FROM campaign c JOIN symbol u ON u.id = c.underlying
   WHERE NOT EXISTS (SELECT 1 FROM campaign r WHERE r.id = c.id AND r.rev > c.rev);
