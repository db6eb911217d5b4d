/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "exec/my-task-queue-private.h"
#include "my-test-patience.h"

#define N_SLOTS MY_TASK_QUEUE_N_SLOTS
#define MAX_THREADS 8

/* How long a race is run, or MY_STRESS_SECONDS. */
#define RACE_US (300 * 1000)

static void
run (gpointer data)
{
}

static void
destroy (gpointer data)
{
}

static void
push (MyTaskQueue *queue,
      guint number)
{
  MyTask task = { run, GUINT_TO_POINTER (number), destroy };

  g_assert_true (my_task_queue_push (queue, &task));
}

static guint
pop (MyTaskQueue *queue)
{
  MyTask task = { NULL, NULL, NULL };

  g_assert_true (my_task_queue_pop (queue, &task));
  g_assert_true (task.func == run);
  g_assert_true (task.destroy == destroy);

  return GPOINTER_TO_UINT (task.data);
}

static void
assert_empty (MyTaskQueue *queue)
{
  MyTask task;

  g_assert_true (my_task_queue_is_empty (queue));
  g_assert_cmpuint (my_task_queue_get_length (queue), ==, 0);
  g_assert_false (my_task_queue_pop (queue, &task));
}

static guint
count_retired (MyTaskQueue *queue)
{
  guint n = 0;

  for (MyTaskSegment *segment = queue->retired; segment != NULL; segment = segment->next_retired) {
    n++;
  }

  return n;
}

static guint
count_spare (MyTaskQueue *queue)
{
  guint n = 0;

  for (guint i = 0; i < MY_TASK_QUEUE_N_SPARE; i++) {
    n += queue->spare[i] != NULL;
  }

  return n;
}

static void
test_order (void)
{
  MyTaskQueue queue;
  MyTask ticket = { NULL, NULL, NULL };
  MyTask task = { run, NULL, destroy };

  my_task_queue_init (&queue);
  assert_empty (&queue);
  for (guint i = 0; i < 5; i++) {
    push (&queue, i);
    g_assert_false (my_task_queue_is_empty (&queue));
    g_assert_cmpuint (my_task_queue_get_length (&queue), ==, i + 1);
  }
  for (guint i = 0; i < 5; i++) {
    g_assert_cmpuint (pop (&queue), ==, i);
  }
  assert_empty (&queue);

  my_task_queue_push (&queue, &ticket);
  g_assert_false (my_task_queue_is_empty (&queue));
  g_assert_true (my_task_queue_pop (&queue, &task));
  g_assert_true (task.func == NULL && task.destroy == NULL);
  assert_empty (&queue);
  my_task_queue_clear (&queue);
}

/* From segment to segment, with any number of tasks in between; those that are emptied are used again. */
static void
test_segments (void)
{
  static const guint lengths[] = { 1, 2, N_SLOTS - 1, N_SLOTS, N_SLOTS + 1, 3 * N_SLOTS };

  for (guint k = 0; k < G_N_ELEMENTS (lengths); k++) {
    MyTaskQueue queue;
    guint n_popped = 0;

    my_task_queue_init (&queue);
    for (guint i = 0; i < 8 * N_SLOTS; i++) {
      push (&queue, i);
      if (i + 1 >= lengths[k]) {
        g_assert_cmpuint (pop (&queue), ==, n_popped);
        n_popped++;
      }
      g_assert_cmpuint (my_task_queue_get_length (&queue), ==, i + 1 - n_popped);
    }
    g_assert_cmpuint (count_spare (&queue), <=, lengths[k] / N_SLOTS + 1);
    g_assert_cmpuint (count_retired (&queue), ==, 0);
    while (n_popped < 8 * N_SLOTS) {
      g_assert_cmpuint (pop (&queue), ==, n_popped);
      n_popped++;
    }
    assert_empty (&queue);
    my_task_queue_clear (&queue);
  }
}

/* Where an index, or twice an index, of fewer bits would wrap. */
static void
test_indexes (void)
{
  static const guint64 boundaries[] = { (guint64) 1 << 31, (guint64) 1 << 32, (guint64) 1 << 61 };

  for (guint k = 0; k < G_N_ELEMENTS (boundaries); k++) {
    MyTaskQueue queue;

    my_task_queue_init_at (&queue, boundaries[k] - N_SLOTS);
    for (guint i = 0; i < 3 * N_SLOTS; i++) {
      push (&queue, i);
      push (&queue, i);
      g_assert_cmpuint (pop (&queue), ==, i / 2);
    }
    for (guint i = 3 * N_SLOTS; i < 6 * N_SLOTS; i++) {
      g_assert_cmpuint (pop (&queue), ==, i / 2);
    }
    assert_empty (&queue);
    my_task_queue_clear (&queue);
  }
}

/* Closed, it gives what it has, and takes no more; also at the end of a segment. */
static void
test_close (void)
{
  static const guint lengths[] = { 0, 1, N_SLOTS - 1, N_SLOTS };
  const MyTask task = { run, NULL, destroy };

  for (guint k = 0; k < G_N_ELEMENTS (lengths); k++) {
    MyTaskQueue queue;

    my_task_queue_init (&queue);
    for (guint i = 0; i < lengths[k]; i++) {
      push (&queue, i);
    }
    g_assert_false (my_task_queue_is_closed (&queue));
    my_task_queue_close (&queue);
    my_task_queue_close (&queue);
    g_assert_true (my_task_queue_is_closed (&queue));
    g_assert_false (my_task_queue_push (&queue, &task));
    g_assert_cmpuint (my_task_queue_get_length (&queue), ==, lengths[k]);
    g_assert_cmpuint (my_task_queue_get_n_pushed (&queue), ==, lengths[k]);
    for (guint i = 0; i < lengths[k]; i++) {
      g_assert_cmpuint (pop (&queue), ==, i);
    }
    g_assert_false (my_task_queue_push (&queue, &task));
    assert_empty (&queue);
    my_task_queue_clear (&queue);
  }
}

/* What a million tasks need, and that it is given back. (Not by the process's size: sanitizers map much besides.) */
static void
test_memory (void)
{
  const guint n = 1000 * 1000;
  const gsize page_size = (gsize) sysconf (_SC_PAGESIZE);
  GPtrArray *segments = g_ptr_array_new ();
  MyTaskQueue queue;
  guint n_kept = 0;

  my_task_queue_init (&queue);
  for (guint i = 0; i < n; i++) {
    push (&queue, i);
  }
  for (MyTaskSegment *segment = queue.head_segment; segment != NULL; segment = segment->next) {
    g_ptr_array_add (segments, segment);
  }
  g_assert_cmpuint (segments->len * (sizeof (MyTaskSegment) + page_size), <, 40 * (gsize) n);

  for (guint i = 0; i < n; i++) {
    g_assert_cmpuint (pop (&queue), ==, i);
  }
  for (guint i = 0; i < segments->len; i++) {
    unsigned char is_resident;

    n_kept += mincore (g_ptr_array_index (segments, i), page_size, &is_resident) == 0;
  }
  g_assert_cmpuint (n_kept, ==, 1 + MY_TASK_QUEUE_N_SPARE);
  g_assert_cmpuint (count_spare (&queue), ==, MY_TASK_QUEUE_N_SPARE);
  g_assert_cmpuint (count_retired (&queue), ==, 0);
  my_task_queue_clear (&queue);
  g_ptr_array_unref (segments);
}

/* stalled threads: what each of them has done so far is done by hand */

/* A pop() that has claimed its slot and has not read it: the others go on, and its segment waits for it. */
static void
test_stalled_pop (void)
{
  MyTaskQueue queue;
  MyTaskSegment *segment;
  guint n_pushed = 0;
  guint n_popped = 0;

  my_task_queue_init (&queue);
  segment = queue.head_segment;
  push (&queue, n_pushed++);
  queue.head += 2;
  n_popped++;

  for (guint i = 0; i < 5 * N_SLOTS; i++) {
    push (&queue, n_pushed++);
    g_assert_cmpuint (pop (&queue), ==, n_popped);
    n_popped++;
  }
  g_assert_true (queue.retired == segment);
  g_assert_cmpuint (count_retired (&queue), ==, 1);
  g_assert_cmpuint (count_spare (&queue), ==, 1);

  /* It is as it was when it goes on. */
  g_assert_cmpuint (segment->slots[0].state, ==, MY_TASK_WRITTEN (0));
  g_assert_cmpuint (GPOINTER_TO_UINT (segment->slots[0].task.data), ==, 0);
  segment->slots[0].state = MY_TASK_READ (0);
  for (guint i = 0; i < N_SLOTS; i++) {
    push (&queue, n_pushed++);
    g_assert_cmpuint (pop (&queue), ==, n_popped);
    n_popped++;
  }
  g_assert_cmpuint (count_retired (&queue), ==, 0);
  g_assert_cmpuint (count_spare (&queue), ==, 2);
  my_task_queue_clear (&queue);
}

static gpointer
pop_one (gpointer data)
{
  return GUINT_TO_POINTER (pop (data));
}

/* A push() that has claimed its slot and has not written it: it is not empty, the pop() that has got the slot waits
 * for it, and the others go on. */
static void
test_stalled_push (void)
{
  MyTaskQueue queue;
  MyTaskSlot *slot;
  pthread_t thread;
  gpointer popped;

  my_task_queue_init (&queue);
  slot = &queue.tail_segment->slots[0];
  queue.tail += 2;
  g_assert_false (my_task_queue_is_empty (&queue));

  pthread_create (&thread, NULL, pop_one, &queue);
  while (queue.head == 0) {
    sched_yield ();
  }
  g_assert_true (my_task_queue_is_empty (&queue));
  for (guint i = 1; i < 3 * N_SLOTS; i++) {
    push (&queue, i);
    g_assert_cmpuint (pop (&queue), ==, i);
  }
  assert_empty (&queue);
  g_assert_cmpuint (count_retired (&queue), ==, 1);

  slot->task = (MyTask){ run, GUINT_TO_POINTER (1234), destroy };
  atomic_store_explicit (&slot->state, MY_TASK_WRITTEN (0), memory_order_release);
  pthread_join (thread, &popped);
  g_assert_cmpuint (GPOINTER_TO_UINT (popped), ==, 1234);
  my_task_queue_clear (&queue);
}

static gpointer
push_one (gpointer data)
{
  push (data, N_SLOTS);
  return NULL;
}

typedef struct {
  _Atomic (MyTaskQueue *) queue;
} Begun;

static gpointer
close_it (gpointer data)
{
  Begun *begun = data;
  MyTaskQueue *queue = atomic_exchange (&begun->queue, NULL);

  my_task_queue_close (queue);
  return NULL;
}

/* A push() that has claimed the last slot of a segment and has not linked the next: all others wait for it; what is
 * in the queue can be popped. So does a pop() that has claimed it. */
static void
test_stalled_link (void)
{
  MyTaskQueue queue;
  MyTaskSegment *segment;
  MyTaskSegment *next;
  Begun begun = { &queue };
  pthread_t thread;
  gpointer popped;

  my_task_queue_init (&queue);
  for (guint i = 0; i < N_SLOTS; i++) {
    push (&queue, i);
  }
  segment = queue.head_segment;
  next = queue.tail_segment;
  g_assert_true (segment->next == next);

  /* Back to where the last push() was before it linked it. */
  segment->next = NULL;
  queue.tail_segment = segment;
  queue.tail = 2 * N_SLOTS + 1;
  segment->slots[N_SLOTS - 1].state = 0;

  for (guint i = 0; i < N_SLOTS - 1; i++) {
    g_assert_cmpuint (pop (&queue), ==, i);
  }
  g_assert_cmpuint (my_task_queue_get_length (&queue), ==, 1);
  pthread_create (&thread, NULL, pop_one, &queue);
  while (queue.head == 2 * (N_SLOTS - 1)) {
    sched_yield ();
  }
  g_assert_cmpuint (queue.head, ==, 2 * N_SLOTS + 1);
  g_assert_true (my_task_queue_is_empty (&queue));

  atomic_store_explicit (&segment->next, next, memory_order_release);
  while (queue.head != 2 * N_SLOTS) {
    sched_yield ();
  }
  atomic_store_explicit (&segment->slots[N_SLOTS - 1].state, MY_TASK_WRITTEN (N_SLOTS - 1), memory_order_release);
  pthread_join (thread, &popped);
  g_assert_cmpuint (GPOINTER_TO_UINT (popped), ==, N_SLOTS - 1);

  pthread_create (&thread, NULL, push_one, &queue);
  assert_empty (&queue);
  atomic_store_explicit (&queue.tail_segment, next, memory_order_release);
  atomic_store_explicit (&queue.tail, 2 * N_SLOTS, memory_order_release);
  pthread_join (thread, NULL);
  g_assert_cmpuint (pop (&queue), ==, N_SLOTS);

  /* A close() that comes in the meantime is not lost. */
  queue.tail++;
  pthread_create (&thread, NULL, close_it, &begun);
  while (begun.queue != NULL) {
    sched_yield ();
  }
  for (guint i = 0; i < 100; i++) {
    sched_yield ();
  }
  queue.tail = 2 * (N_SLOTS + 1);
  pthread_join (thread, NULL);
  g_assert_true (my_task_queue_is_closed (&queue));
  assert_empty (&queue);
  my_task_queue_clear (&queue);
}

/* races */

typedef struct {
  guint producer;
  guint number;
  guint64 turn;
  gint n_popped;
} Item;

typedef struct {
  const char *name;
  guint n_producers;
  guint n_consumers;
  guint length; /* about how many are in the queue; 0: as many as there come to be */
  gboolean takes_turns;
  gboolean is_on_one_processor;
} RaceCase;

#define N_ITEMS 20000

typedef struct {
  const RaceCase *race_case;
  MyTaskQueue queue;
  Item items[MAX_THREADS][N_ITEMS];
  pthread_mutex_t turn_lock;
  guint64 n_turns; /* by turn_lock */
  atomic_uint n_beginning;
  atomic_uint n_popped;
  atomic_uint n_numbered;
} Race;

static void
race_begin (Race *race)
{
  atomic_fetch_sub (&race->n_beginning, 1);
  while (atomic_load (&race->n_beginning) > 0) {
    sched_yield ();
  }
}

static gpointer
produce (gpointer data)
{
  Race *race = data;
  guint producer = atomic_fetch_add (&race->n_numbered, 1);

  race_begin (race);
  for (guint i = 0; i < N_ITEMS; i++) {
    Item *item = &race->items[producer][i];
    MyTask task = { run, item, NULL };

    item->producer = producer;
    item->number = i;
    if (race->race_case->takes_turns) {
      pthread_mutex_lock (&race->turn_lock);
      item->turn = race->n_turns++;
      my_task_queue_push (&race->queue, &task);
      pthread_mutex_unlock (&race->turn_lock);
    } else {
      my_task_queue_push (&race->queue, &task);
    }
    while (race->race_case->length > 0 && my_task_queue_get_length (&race->queue) > race->race_case->length) {
      sched_yield ();
    }
  }

  return NULL;
}

static gpointer
consume (gpointer data)
{
  Race *race = data;
  guint n_items = race->race_case->n_producers * N_ITEMS;
  gint last[MAX_THREADS];
  gint64 last_turn = -1;

  memset (last, -1, sizeof last);
  race_begin (race);
  while (atomic_load_explicit (&race->n_popped, memory_order_acquire) < n_items) {
    MyTask task;
    Item *item;

    if (!my_task_queue_pop (&race->queue, &task)) {
      sched_yield ();
      continue;
    }
    g_assert_true (task.func == run);
    item = task.data;
    g_assert_cmpint (item->n_popped++, ==, 0);
    g_assert_cmpint (item->number, >, last[item->producer]);
    last[item->producer] = (gint) item->number;
    if (race->race_case->takes_turns) {
      g_assert_cmpint (item->turn, >, last_turn);
      last_turn = (gint64) item->turn;
    }
    atomic_fetch_add_explicit (&race->n_popped, 1, memory_order_release);
  }

  return NULL;
}

static void
race_once (Race *race,
           const RaceCase *race_case)
{
  pthread_t threads[2 * MAX_THREADS];
  guint n_threads = race_case->n_producers + race_case->n_consumers;

  memset (race->items, 0, race_case->n_producers * sizeof race->items[0]);
  race->race_case = race_case;
  race->n_turns = 0;
  race->n_beginning = n_threads;
  race->n_popped = 0;
  race->n_numbered = 0;
  for (guint i = 0; i < n_threads; i++) {
    pthread_create (&threads[i], NULL, i < race_case->n_producers ? produce : consume, race);
  }
  for (guint i = 0; i < n_threads; i++) {
    pthread_join (threads[i], NULL);
  }

  for (guint i = 0; i < race_case->n_producers; i++) {
    for (guint j = 0; j < N_ITEMS; j++) {
      g_assert_cmpint (race->items[i][j].n_popped, ==, 1);
    }
  }
  assert_empty (&race->queue);
}

static void
test_race (gconstpointer data)
{
  const RaceCase *race_case = data;
  const char *seconds = g_getenv ("MY_STRESS_SECONDS");
  gint64 deadline = g_get_monotonic_time () + (seconds != NULL ? g_ascii_strtoll (seconds, NULL, 10) * G_USEC_PER_SEC : RACE_US);
  Race *race = g_aligned_alloc0 (1, sizeof *race, 64);
  guint n_rounds = 0;
  cpu_set_t all;
  cpu_set_t one;

  g_assert_cmpint (sched_getaffinity (0, sizeof all, &all), ==, 0);
  if (race_case->is_on_one_processor) {
    CPU_ZERO (&one);
    CPU_SET (sched_getcpu (), &one);
    g_assert_cmpint (sched_setaffinity (0, sizeof one, &one), ==, 0);
  }
  pthread_mutex_init (&race->turn_lock, NULL);
  my_task_queue_init (&race->queue);

  do {
    race_once (race, race_case);
    n_rounds++;
  } while (g_get_monotonic_time () < deadline);

  g_test_message ("%u rounds", n_rounds);
  my_task_queue_clear (&race->queue);
  pthread_mutex_destroy (&race->turn_lock);
  g_aligned_free (race);
  g_assert_cmpint (sched_setaffinity (0, sizeof all, &all), ==, 0);
}

static const RaceCase races[] = {
  { "/task-queue/race/1-1", 1, 1, 0, FALSE, FALSE },
  { "/task-queue/race/4-2", 4, 2, 0, FALSE, FALSE },
  { "/task-queue/race/2-8", 2, 8, 0, FALSE, FALSE },
  { "/task-queue/race/8-8", 8, 8, 0, FALSE, FALSE },
  { "/task-queue/race/short/1-1", 1, 1, 1, FALSE, FALSE },
  { "/task-queue/race/short/4-4", 4, 4, 2, FALSE, FALSE },
  { "/task-queue/race/turns", 3, 3, 0, TRUE, FALSE },
  { "/task-queue/race/one-processor", 4, 4, 0, FALSE, TRUE },
  { "/task-queue/race/one-processor/short", 3, 3, 2, FALSE, TRUE },
};

/* Each push() is before the close(), and in the queue, or it is refused. (Opened again by hand, to have it a thousand times.) */

#define N_CLOSES 1000

typedef struct {
  MyTaskQueue queue;
  atomic_bool stop;
  atomic_uint n_tried __attribute__ ((aligned (64)));
  atomic_uint n_pushed __attribute__ ((aligned (64)));
  atomic_uint n_popped;
} Closing;

static gpointer
push_if_open (gpointer data)
{
  Closing *closing = data;
  const MyTask task = { run, NULL, destroy };

  while (!atomic_load (&closing->stop)) {
    MyTask popped;

    atomic_fetch_add (&closing->n_tried, 1);
    if (my_task_queue_push (&closing->queue, &task)) {
      atomic_fetch_add (&closing->n_pushed, 1);
    } else {
      sched_yield ();
    }
    if (my_task_queue_pop (&closing->queue, &popped)) {
      atomic_fetch_add (&closing->n_popped, 1);
    }
  }
  return NULL;
}

static void
test_close_race (void)
{
  Closing *closing = g_aligned_alloc0 (1, sizeof *closing, 64);
  pthread_t threads[2];
  gint64 deadline = g_get_monotonic_time () + RACE_US;
  guint64 n_pushed;

  my_task_queue_init (&closing->queue);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    pthread_create (&threads[i], NULL, push_if_open, closing);
  }
  for (guint i = 0; i < N_CLOSES && g_get_monotonic_time () < deadline; i++) {
    guint n_tried;

    my_task_queue_close (&closing->queue);
    n_pushed = my_task_queue_get_n_pushed (&closing->queue);
    n_tried = closing->n_tried;
    while (closing->n_tried == n_tried) {
      sched_yield ();
    }
    g_assert_cmpuint (my_task_queue_get_n_pushed (&closing->queue), ==, n_pushed);
    g_assert_true (my_task_queue_is_closed (&closing->queue));
    atomic_fetch_and (&closing->queue.tail, ~MY_TASK_QUEUE_CLOSED);
    while (my_task_queue_get_n_pushed (&closing->queue) < n_pushed + 10) {
      sched_yield ();
    }
  }
  closing->stop = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    pthread_join (threads[i], NULL);
  }

  n_pushed = my_task_queue_get_n_pushed (&closing->queue);
  g_assert_cmpuint (closing->n_pushed, ==, n_pushed);
  while (closing->n_popped < n_pushed) {
    pop (&closing->queue);
    closing->n_popped++;
  }
  assert_empty (&closing->queue);
  my_task_queue_clear (&closing->queue);
  g_aligned_free (closing);
}

/* The pool's protocol: a worker that goes to sleep and a push() that comes at that moment see one another. */

#define N_ROUNDS 50000

typedef struct {
  MyTaskQueue queue;
  _Atomic guint at_worker __attribute__ ((aligned (64))); /* the round that each side has come to */
  _Atomic guint at_producer __attribute__ ((aligned (64)));
  _Atomic guint asleep __attribute__ ((aligned (64))); /* the round in which the worker has said that it goes to sleep */
  _Atomic guint end;                                   /* the first round that is not run; stored before the worker comes to it */
  gboolean producer_saw[N_ROUNDS];
} Sleep;

static void
meet (_Atomic guint *mine,
      _Atomic guint *other,
      guint round)
{
  atomic_store (mine, round);
  for (guint i = 0; atomic_load (other) < round; i++) {
    if (i > 500) {
      sched_yield ();
    }
  }
}

static gpointer
produce_for_sleeper (gpointer data)
{
  Sleep *sleep_test = data;

  for (guint round = 1;; round++) {
    meet (&sleep_test->at_producer, &sleep_test->at_worker, round);
    if (round >= atomic_load (&sleep_test->end)) {
      break;
    }
    push (&sleep_test->queue, round);
    sleep_test->producer_saw[round] = atomic_load (&sleep_test->asleep) == round;
  }
  return NULL;
}

static void
test_sleep (void)
{
  Sleep *sleep_test = g_aligned_alloc0 (1, sizeof *sleep_test, 64);
  gboolean *worker_saw = g_new0 (gboolean, N_ROUNDS);
  gint64 deadline = g_get_monotonic_time () + RACE_US;
  pthread_t thread;

  my_task_queue_init (&sleep_test->queue);
  sleep_test->end = G_MAXUINT;
  pthread_create (&thread, NULL, produce_for_sleeper, sleep_test);
  for (guint round = 1;; round++) {
    MyTask task;

    if (round == N_ROUNDS || g_get_monotonic_time () > deadline) {
      atomic_store (&sleep_test->end, round);
    }
    meet (&sleep_test->at_worker, &sleep_test->at_producer, round);
    if (round >= sleep_test->end) {
      break;
    }
    atomic_exchange (&sleep_test->asleep, round);
    worker_saw[round] = !my_task_queue_is_empty (&sleep_test->queue);
    while (!my_task_queue_pop (&sleep_test->queue, &task)) {
      g_assert_false (worker_saw[round]);
    }
    g_assert_cmpuint (GPOINTER_TO_UINT (task.data), ==, round);
  }
  pthread_join (thread, NULL);

  for (guint round = 1; round < sleep_test->end; round++) {
    g_assert_true (worker_saw[round] || sleep_test->producer_saw[round]);
  }
  my_task_queue_clear (&sleep_test->queue);
  g_free (worker_saw);
  g_aligned_free (sleep_test);
}

/* fork() in the midst of it: the child's queue works, whatever the others were doing. */

typedef struct {
  MyTaskQueue queue;
  atomic_bool stop;
} Traffic;

static gpointer
run_traffic (gpointer data)
{
  Traffic *traffic = data;

  while (!atomic_load (&traffic->stop)) {
    MyTask task;

    push (&traffic->queue, 1);
    while (!my_task_queue_pop (&traffic->queue, &task)) {
    }
  }
  return NULL;
}

static void
test_fork (void)
{
  Traffic *traffic = g_aligned_alloc0 (1, sizeof *traffic, 64);
  pthread_t threads[3];

  my_task_queue_init (&traffic->queue);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    pthread_create (&threads[i], NULL, run_traffic, traffic);
  }

  /* From here on the segments are used again, and none is made: LeakSanitizer has a lock for those. */
  while (my_task_queue_get_n_pushed (&traffic->queue) < 10 * N_SLOTS) {
    sched_yield ();
  }

  for (guint round = 0; round < 20; round++) {
    pid_t pid = fork ();

    g_assert_cmpint (pid, >=, 0);
    if (pid == 0) {
      my_task_queue_reset_in_child (&traffic->queue);
      for (guint i = 0; i < 3 * N_SLOTS; i++) {
        MyTask task;

        push (&traffic->queue, i);
        if (!my_task_queue_pop (&traffic->queue, &task) || GPOINTER_TO_UINT (task.data) != i) {
          _exit (1);
        }
      }
      _exit (my_task_queue_is_empty (&traffic->queue) ? 0 : 2);
    }
    g_assert_cmpint (my_test_wait_for_child (pid), ==, 0);
  }

  atomic_store (&traffic->stop, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    pthread_join (threads[i], NULL);
  }
  while (!my_task_queue_is_empty (&traffic->queue)) {
    pop (&traffic->queue);
  }
  my_task_queue_clear (&traffic->queue);
  g_aligned_free (traffic);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/task-queue/order", test_order);
  g_test_add_func ("/task-queue/segments", test_segments);
  g_test_add_func ("/task-queue/indexes", test_indexes);
  g_test_add_func ("/task-queue/close", test_close);
  g_test_add_func ("/task-queue/close/race", test_close_race);
  g_test_add_func ("/task-queue/memory", test_memory);
  g_test_add_func ("/task-queue/stalled/pop", test_stalled_pop);
  g_test_add_func ("/task-queue/stalled/push", test_stalled_push);
  g_test_add_func ("/task-queue/stalled/link", test_stalled_link);
  g_test_add_func ("/task-queue/sleep", test_sleep);
  g_test_add_func ("/task-queue/fork", test_fork);
  for (guint i = 0; i < G_N_ELEMENTS (races); i++) {
    g_test_add_data_func (races[i].name, &races[i], test_race);
  }
  return g_test_run ();
}
