/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a subclass says: src/core/my-sequence.c, my-serve.c, and what my-delivery.c does with a sequence.
 *
 *   say()      my_serve_wait_for_room() and my_sequence_say(): the wait for room, the event under the sequence's lock, the
 *              is_said in `pending`, and the item in the inbox if it is not there
 *   deliver()  flush_changes() and my_sequence_deliver(): the bits taken, the events taken, one after the other, and room
 *              given; a turn of the loop may end after each of them
 *   owner      a loop: deliver_changes(), deliver_end(), unlink_changes(); or CONFIG_join: my_thread_join() by my_serve_block()
 *
 * A section of the sequence's lock, and one of the state lock, is one step. That a loop is woken when something is pushed is
 * the inbox's, not shown here.
 *
 * Proved: each event is delivered before `finished`, or refused; none is lost or delivered twice; and nobody waits for ever: not the
 * thread that waits for room, and not an owner that waits for that thread.
 *
 * Bounds: the thread says three things, another one says one at any time; there is room for one, or two.
 */

#define N_EVENTS 3
#ifndef MAX_PENDING
#define MAX_PENDING 1
#endif

/* the sequence */
byte first;          /* events that were not taken */
byte taken;          /* [owner] */
byte n_pending;
byte n_writers;
bool is_over;

/* the thread's item and its end, in the inbox */
bool is_said;            /* the bit SEQUENCE of `pending` */
bool is_linked;
bool has_ended;      /* under the state lock */
bool is_finished;

/* under the state lock */
byte n_requests;
bool writer_waits[2]; /* in the queue `writers` */
bool owner_waits;
bool owner_is_called;

byte n_delivered;
byte n_refused;

inline call_owner () {
  if
#ifdef BREAK_calls_the_owner_once
  :: owner_waits && !has_called -> owner_is_called = true; has_called = true
#else
  :: owner_waits -> owner_is_called = true
#endif
  :: else
  fi
}

inline wait_for_room () {
#ifdef BREAK_looks_before_it_counts
  has_room = n_pending < MAX_PENDING;
  n_writers++;
#else
  n_writers++;
#endif
  n_requests++;
  do
#ifdef BREAK_looks_before_it_counts
  :: has_room -> break
  :: !has_room -> atomic { writer_waits[me] = true; call_owner () }; !writer_waits[me]; has_room = n_pending < MAX_PENDING
#else
  :: atomic { n_pending < MAX_PENDING -> n_requests-- }; break
  :: atomic { n_pending >= MAX_PENDING -> writer_waits[me] = true; call_owner () }; !writer_waits[me]
#endif
  od;
#ifdef BREAK_looks_before_it_counts
  n_requests--;
#endif
  n_writers--
}

inline say () {
  if
  :: n_pending >= MAX_PENDING -> wait_for_room ()
  :: n_pending < MAX_PENDING
  fi;
#ifdef BREAK_looks_at_over_before_the_lock
  was_over = is_over;
  if
  :: was_over -> n_refused++
  :: else -> atomic { first++; n_pending++ };
    atomic { is_said = true; is_linked = true }
  fi
#else
  if
  :: atomic { is_over -> n_refused++ }
  :: atomic { !is_over -> first++; n_pending++ };
    atomic { is_said = true; is_linked = true }
  fi
#endif
}

inline give_room () {
  n_pending--;
  if
#ifdef BREAK_gives_no_room
  :: false
#else
  :: n_writers > 0 -> atomic { writer_waits[0] = false; writer_waits[1] = false }
#endif
  :: n_writers == 0
  fi
}

/* Ends with is_cut if the turn has. */
inline deliver (may_be_cut) {
  is_cut = false;
  atomic { has_bit = is_said; is_said = false };
  if
  :: has_bit || taken > 0 ->
    atomic { taken = taken + first; first = 0 };
    do
    :: taken == 0 -> break
    :: taken > 0 ->
      taken--;
      give_room ();
      assert (!is_finished);
      n_delivered++;
      if
      :: may_be_cut && taken > 0 -> is_cut = true;
#ifndef BREAK_forgets_the_rest
        atomic { is_said = true; is_linked = true };
#endif
        break
      :: true
      fi
    od
  :: else
  fi
}

inline finish () {
#ifdef BREAK_no_last_look
  is_over = true;
#else
  is_over = true;
  if
  :: first > 0 -> is_said = true; deliver (false)
  :: first == 0
  fi;
#endif
  is_finished = true
}

active proctype thread () {
  byte i, me = 0;
  bool has_room, was_over, has_called;

  do
  :: i < N_EVENTS -> say (); i++
  :: i == N_EVENTS -> break
  od;
  atomic { has_ended = true; owner_waits = false }
}

active proctype other () {
  byte me = 1;
  bool has_room, was_over, has_called;

  say ();
  (is_finished);
  /* All is said and told. */
  (n_writers == 0);
  assert (first == 0 && taken == 0);
  assert (n_delivered + n_refused == N_EVENTS + 1)
}

#ifdef CONFIG_join

active proctype owner () {
  bool has_bit, is_cut;

  do
  :: atomic { has_ended -> skip }; break
#ifndef BREAK_waits_beside_a_request
  :: atomic { !has_ended && n_requests > 0 && first + taken > 0 -> skip };
    deliver (false)
  :: atomic { !has_ended && !(n_requests > 0 && first + taken > 0) -> owner_waits = true };
#else
  :: atomic { !has_ended -> owner_waits = true };
#endif
    (owner_is_called || !owner_waits) -> atomic { owner_waits = false; owner_is_called = false };
#ifdef BREAK_waits_beside_a_request
    deliver (false)
#endif
  od;

  do
  :: deliver (false);
    if
    :: !is_said -> break
    :: is_said
    fi
  od;
  finish ()
}

#else

active proctype owner () {
  bool has_bit, is_cut;

  do
  :: has_ended ->
    deliver (true);
    if
    :: is_cut
    :: !is_cut && is_said
    :: !is_cut && !is_said -> finish (); break
    fi
  :: !has_ended && is_linked ->
    deliver (true);
    /* The item is taken out, unless there are new bits. */
    atomic { is_linked = is_said }
  od
}

#endif
