/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "exec/my-task-queue-private.h"

#include <sched.h>
#include <sys/mman.h>
#include <time.h>

#include "wait/my-state-lock-private.h"

/* How somebody waits for an OS thread that is in the middle of push() or pop(): it is running, or will be as soon as it
 * gets a processor; it may have a lower real-time priority, so yielding alone might starve it. */
#define N_SPINS 100
#define N_YIELDS 100
#define NAP_NS (100 * 1000)

static void
back_off (guint n)
{
  my_state_assert_unlocked ();
  if (n < N_SPINS) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause ();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
  } else if (n < N_SPINS + N_YIELDS) {
    my_state_assert_unlocked ();
    sched_yield ();
  } else {
    struct timespec nap = { 0, NAP_NS };

    nanosleep (&nap, NULL);
  }
}

/* segments */

/* LeakSanitizer's, in a program that has it: what is queued when the program exits is not lost. */
extern void __lsan_register_root_region (const void *begin, size_t size) __attribute__ ((weak));
extern void __lsan_unregister_root_region (const void *begin, size_t size) __attribute__ ((weak));

/* Of zeroes, which no slot takes for a state of its own. Not by malloc(): the segment in use is always the last one
 * that was made, and as the heap's last block it would keep the heap from ever giving a burst's memory back.
 *
 * @flags: MAP_POPULATE, and no push() meets a page fault between claiming its slot and writing it; all pages at once cost
 * half as much besides. */
static MyTaskSegment *
segment_new (int flags)
{
  MyTaskSegment *segment = mmap (NULL, sizeof (MyTaskSegment), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

  my_state_assert_unlocked ();
  if (segment == MAP_FAILED) {
    g_error ("No memory for %u more tasks", MY_TASK_QUEUE_N_SLOTS);
  }
  if (__lsan_register_root_region != NULL) {
    __lsan_register_root_region (segment, sizeof (MyTaskSegment));
  }

  return segment;
}

static void
segment_free (MyTaskSegment *segment)
{
  my_state_assert_unlocked ();
  if (__lsan_unregister_root_region != NULL) {
    __lsan_unregister_root_region (segment, sizeof (MyTaskSegment));
  }
  munmap (segment, sizeof (MyTaskSegment));
}

static MyTaskSegment *
take_spare (MyTaskQueue *self)
{
  for (guint i = 0; i < MY_TASK_QUEUE_N_SPARE; i++) {
    if (atomic_load_explicit (&self->spare[i], memory_order_relaxed) != NULL) {
      MyTaskSegment *segment = atomic_exchange_explicit (&self->spare[i], NULL, memory_order_acquire);

      if (segment != NULL) {
        return segment;
      }
    }
  }

  return NULL;
}

static MyTaskSegment *
take_segment (MyTaskQueue *self)
{
  MyTaskSegment *segment = take_spare (self);

  return segment != NULL ? segment : segment_new (MAP_POPULATE);
}

static gboolean
give_spare (MyTaskQueue *self,
            MyTaskSegment *segment)
{
  for (guint i = 0; i < MY_TASK_QUEUE_N_SPARE; i++) {
    MyTaskSegment *none = NULL;

    if (atomic_load_explicit (&self->spare[i], memory_order_relaxed) == NULL &&
        atomic_compare_exchange_strong_explicit (&self->spare[i], &none, segment, memory_order_release, memory_order_relaxed)) {
      return TRUE;
    }
  }

  return FALSE;
}

static void
give_segment (MyTaskQueue *self,
              MyTaskSegment *segment)
{
  if (!give_spare (self, segment)) {
    segment_free (segment);
  }
}

static gboolean
is_read (MyTaskSegment *segment)
{
  /* The last ones first: those are read now, if any are. */
  for (guint i = MY_TASK_QUEUE_N_SLOTS; i-- > 0;) {
    if (atomic_load_explicit (&segment->slots[i].state, memory_order_acquire) != MY_TASK_READ (segment->first + i)) {
      return FALSE;
    }
  }

  return TRUE;
}

static void
push_segment (_Atomic (MyTaskSegment *) *list,
              MyTaskSegment *segment)
{
  MyTaskSegment *first = atomic_load_explicit (list, memory_order_relaxed);

  do {
    segment->next_retired = first;
  } while (!atomic_compare_exchange_weak_explicit (list, &first, segment, memory_order_release, memory_order_relaxed));
}

/* Gives back what a try_push() has not needed, and could not free. */
static void
free_surplus (MyTaskQueue *self)
{
  MyTaskSegment *segment = atomic_exchange_explicit (&self->surplus, NULL, memory_order_acquire);

  while (segment != NULL) {
    MyTaskSegment *next = segment->next_retired;

    segment_free (segment);
    segment = next;
  }
}

/* All slots of @segment have been claimed by a pop(), and by nobody else will they be. It is used again when they are
 * read; until then it waits here for the next one to be retired. */
static void
retire (MyTaskQueue *self,
        MyTaskSegment *segment)
{
  MyTaskSegment *others = NULL;

  if (atomic_load_explicit (&self->retired, memory_order_relaxed) != NULL) {
    others = atomic_exchange_explicit (&self->retired, NULL, memory_order_acquire);
  }

  if (G_UNLIKELY (atomic_load_explicit (&self->surplus, memory_order_relaxed) != NULL)) {
    free_surplus (self);
  }

  segment->next_retired = others;
  while (segment != NULL) {
    MyTaskSegment *next = segment->next_retired;

    if (is_read (segment)) {
      give_segment (self, segment);
    } else {
      push_segment (&self->retired, segment);
    }
    segment = next;
  }
}

/* the queue */

void
my_task_queue_init (MyTaskQueue *self)
{
  my_task_queue_init_at (self, 0);
}

/* With the first index given, the first of a segment: for tests of what happens after years. */
void
my_task_queue_init_at (MyTaskQueue *self,
                       guint64 index)
{
  /* A pool that is never used touches one page of it. */
  MyTaskSegment *segment = segment_new (0);

  g_assert (index % MY_TASK_QUEUE_N_SLOTS == 0);

  atomic_init (&segment->next, NULL);
  segment->first = index;

  atomic_init (&self->tail, 2 * index);
  atomic_init (&self->tail_segment, segment);
  atomic_init (&self->head, 2 * index);
  atomic_init (&self->head_segment, segment);
  atomic_init (&self->known_tail, 2 * index);
  for (guint i = 0; i < MY_TASK_QUEUE_N_SPARE; i++) {
    atomic_init (&self->spare[i], NULL);
  }
  atomic_init (&self->retired, NULL);
  atomic_init (&self->surplus, NULL);
}

/* When nobody uses it any more, and it is empty. */
void
my_task_queue_clear (MyTaskQueue *self)
{
  MyTaskSegment *segment;

  g_assert (my_task_queue_is_empty (self));

  while ((segment = atomic_load_explicit (&self->retired, memory_order_acquire)) != NULL) {
    atomic_store_explicit (&self->retired, segment->next_retired, memory_order_relaxed);
    segment_free (segment);
  }
  free_surplus (self);
  for (guint i = 0; i < MY_TASK_QUEUE_N_SPARE; i++) {
    segment = atomic_load_explicit (&self->spare[i], memory_order_acquire);
    g_clear_pointer (&segment, segment_free);
  }
  segment_free (atomic_load_explicit (&self->head_segment, memory_order_acquire));
}

/* In a child after fork(), which has one thread. Others may have been in the middle of push() or pop(): nobody knows whose
 * a segment is, so all of them, and the tasks in them, are leaked. */
void
my_task_queue_reset_in_child (MyTaskQueue *self)
{
  my_task_queue_init (self);
}

/* Gives @segment back, which a push() has taken and somebody else has been quicker. */
static void
give_unused (MyTaskQueue *self,
             MyTaskSegment *segment,
             gboolean may_wait)
{
  if (may_wait) {
    give_segment (self, segment);
  } else if (!give_spare (self, segment)) {
    push_segment (&self->surplus, segment);
  }
}

/* With @may_wait, never MY_TASK_BUSY. */
static inline MyTaskPush
push (MyTaskQueue *self,
      const MyTask *task,
      gboolean may_wait)
{
  MyTaskSegment *fresh = NULL;
  MyTaskSegment *segment;
  MyTaskSlot *slot;
  guint64 tail = atomic_load_explicit (&self->tail, memory_order_acquire);
  guint64 index;
  guint n = 0;

  for (;;) {
    gboolean is_last;

    if (G_UNLIKELY (tail % 2 != 0) && may_wait) {
      back_off (n++);
      tail = atomic_load_explicit (&self->tail, memory_order_acquire);
      continue;
    }
    if (G_UNLIKELY (tail % 2 != 0 || tail & MY_TASK_QUEUE_CLOSED)) {
      if (fresh != NULL) {
        give_unused (self, fresh, may_wait);
      }
      return tail & MY_TASK_QUEUE_CLOSED ? MY_TASK_CLOSED : MY_TASK_BUSY;
    }

    index = tail / 2;
    is_last = index % MY_TASK_QUEUE_N_SLOTS == MY_TASK_QUEUE_N_SLOTS - 1;
    segment = atomic_load_explicit (&self->tail_segment, memory_order_acquire);

    /* All that takes time is done before the others have to wait for it. */
    if (G_UNLIKELY (is_last && fresh == NULL)) {
      fresh = may_wait ? take_segment (self) : take_spare (self);
      if (!may_wait && fresh == NULL) {
        return MY_TASK_BUSY;
      }
      atomic_store_explicit (&fresh->next, NULL, memory_order_relaxed);
    }

    if (G_LIKELY (atomic_compare_exchange_weak_explicit (&self->tail, &tail, tail + 2 + is_last,
                                                         memory_order_seq_cst, memory_order_acquire))) {
      if (G_UNLIKELY (is_last)) {
        fresh->first = index + 1;
        atomic_store_explicit (&segment->next, fresh, memory_order_release);
        atomic_store_explicit (&self->tail_segment, fresh, memory_order_release);
        atomic_store_explicit (&self->tail, tail + 2, memory_order_release);
        fresh = NULL;
      }
      break;
    }
  }

  /* Now: once the task is written it may be run, and take the queue with it. */
  if (G_UNLIKELY (fresh != NULL)) {
    give_unused (self, fresh, may_wait);
  }

  slot = &segment->slots[index % MY_TASK_QUEUE_N_SLOTS];
  slot->task = *task;
  atomic_store_explicit (&slot->state, MY_TASK_WRITTEN (index), memory_order_release);

  return MY_TASK_PUSHED;
}

/* Any thread. FALSE: the queue is closed. Waits only for a push() that is linking a segment. */
gboolean
my_task_queue_push (MyTaskQueue *self,
                    const MyTask *task)
{
  return push (self, task, TRUE) == MY_TASK_PUSHED;
}

/* The same for who holds a lock: it neither waits nor calls the system. MY_TASK_BUSY: my_task_queue_get_ready() comes next, without the
 * lock, and then another try. */
MyTaskPush
my_task_queue_try_push (MyTaskQueue *self,
                        const MyTask *task)
{
  return push (self, task, FALSE);
}

/* Waits for a push() that is linking a segment, and has a segment at hand for the next. Any thread. */
void
my_task_queue_get_ready (MyTaskQueue *self)
{
  MyTaskSegment *segment = take_segment (self);

  give_segment (self, segment);
  for (guint n = 0; atomic_load_explicit (&self->tail, memory_order_acquire) % 2 != 0; n++) {
    back_off (n);
  }
}

/* Refuses all further push() calls. Any thread. FALSE: a push() is linking a segment; my_task_queue_get_ready() waits for it. */
gboolean
my_task_queue_try_close (MyTaskQueue *self)
{
  guint64 tail = atomic_load_explicit (&self->tail, memory_order_acquire);

  do {
    /* Who links a segment stores the whole word after it. */
    if (tail % 2 != 0) {
      return FALSE;
    }
  } while (!atomic_compare_exchange_weak_explicit (&self->tail, &tail, tail | MY_TASK_QUEUE_CLOSED,
                                                   memory_order_seq_cst, memory_order_acquire));
  return TRUE;
}

/* The same, which waits for that. */
void
my_task_queue_close (MyTaskQueue *self)
{
  while (!my_task_queue_try_close (self)) {
    my_task_queue_get_ready (self);
  }
}

/* Any thread. FALSE: it was empty at some time during the call. Waits only for the push() whose task it has got, and for a
 * pop() that is going on to the next segment. */
gboolean
my_task_queue_pop (MyTaskQueue *self,
                   MyTask *task)
{
  MyTaskSegment *segment;
  MyTaskSlot *slot;
  guint64 head = atomic_load_explicit (&self->head, memory_order_acquire);
  guint64 index;
  guint n = 0;
  gboolean is_last;

  for (;;) {
    if (G_UNLIKELY (head % 2 != 0)) {
      back_off (n++);
      head = atomic_load_explicit (&self->head, memory_order_acquire);
      continue;
    }

    if (head >= atomic_load_explicit (&self->known_tail, memory_order_relaxed)) {
      guint64 tail = atomic_load_explicit (&self->tail, memory_order_seq_cst) & ~(MY_TASK_QUEUE_CLOSED | 1);

      if (head >= tail) {
        return FALSE;
      }
      atomic_store_explicit (&self->known_tail, tail, memory_order_relaxed);
    }

    index = head / 2;
    is_last = index % MY_TASK_QUEUE_N_SLOTS == MY_TASK_QUEUE_N_SLOTS - 1;
    segment = atomic_load_explicit (&self->head_segment, memory_order_acquire);

    if (G_LIKELY (atomic_compare_exchange_weak_explicit (&self->head, &head, head + 2 + is_last,
                                                         memory_order_seq_cst, memory_order_acquire))) {
      break;
    }
  }

  if (G_UNLIKELY (is_last)) {
    MyTaskSegment *next;

    for (n = 0; (next = atomic_load_explicit (&segment->next, memory_order_acquire)) == NULL;) {
      back_off (n++);
    }
    atomic_store_explicit (&self->head_segment, next, memory_order_release);
    atomic_store_explicit (&self->head, head + 2, memory_order_release);
  }

  slot = &segment->slots[index % MY_TASK_QUEUE_N_SLOTS];
  for (n = 0; atomic_load_explicit (&slot->state, memory_order_acquire) != MY_TASK_WRITTEN (index);) {
    back_off (n++);
  }
  *task = slot->task;
  atomic_store_explicit (&slot->state, MY_TASK_READ (index), memory_order_release);

  if (G_UNLIKELY (is_last)) {
    retire (self, segment);
  }

  return TRUE;
}

/* Any thread. FALSE as soon as a push() has got its place; TRUE: it was empty at some time during the call. */
gboolean
my_task_queue_is_empty (MyTaskQueue *self)
{
  return my_task_queue_get_length (self) == 0;
}

/* Any thread. How many it had at some time during the call, or more. */
guint64
my_task_queue_get_length (MyTaskQueue *self)
{
  /* In this order: `head` never passes `tail`, so it cannot be empty, or short, when it was not. */
  guint64 head = atomic_load_explicit (&self->head, memory_order_seq_cst);
  guint64 tail = atomic_load_explicit (&self->tail, memory_order_seq_cst);

  return (tail & ~MY_TASK_QUEUE_CLOSED) / 2 - head / 2;
}

/* Any thread. How many it has ever had. */
guint64
my_task_queue_get_n_pushed (MyTaskQueue *self)
{
  return (atomic_load_explicit (&self->tail, memory_order_seq_cst) & ~MY_TASK_QUEUE_CLOSED) / 2;
}
