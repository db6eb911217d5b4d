/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fault-session.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "my-test-pulse.h"

/* What the scenes share, and what must hold when they are over. */

gint fault_n_objects;
gint fault_n_contexts;
gint fault_n_data;

void
fault_complain (const char *function,
                int line,
                const char *what)
{
  fault_disarm ();
  fprintf (stderr, "%s(), line %d: %s\n", function, line, what);
  _exit (FAULT_EXIT_BROKEN);
}

void
fault_expect_refusal (GError **error)
{
  FAULT_CHECK (g_error_matches (*error, MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES));
  FAULT_CHECK (fault_has_struck ());
  g_clear_error (error);
}

/* counters */

void
fault_counter_init (FaultCounter *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->n = 0;
}

void
fault_counter_clear (FaultCounter *self)
{
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
}

void
fault_counter_add (FaultCounter *self)
{
  g_mutex_lock (&self->lock);
  self->n++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
fault_counter_wait (FaultCounter *self,
                    gint n)
{
  g_mutex_lock (&self->lock);
  while (self->n < n) {
    g_cond_wait (&self->changed, &self->lock);
  }
  g_mutex_unlock (&self->lock);
}

gint
fault_counter_get (FaultCounter *self)
{
  gint n;

  g_mutex_lock (&self->lock);
  n = self->n;
  g_mutex_unlock (&self->lock);
  return n;
}

/* what must not be left */

/* The objects that are there, each with its type and its scene: what is left is to be named. */
typedef struct {
  const void *object;
  const char *type;
  const char *scene;
} Watched;

static Watched watched[256]; /* under the lock */
static GMutex watched_lock;
static const char *current_scene = "";

static void
note_watched (const void *old,
              Watched new)
{
  gsize i = 0;

  g_mutex_lock (&watched_lock);
  while (watched[i].object != old) {
    i++;
    FAULT_CHECK (i < G_N_ELEMENTS (watched));
  }
  watched[i] = new;
  g_mutex_unlock (&watched_lock);
}

static void
on_object_gone (gpointer unused,
                GObject *object)
{
  note_watched (object, (Watched){ NULL, NULL, NULL });
  FAULT_CHECK (g_atomic_int_add (&fault_n_objects, -1) > 0);
}

void
fault_watch_object (gpointer object)
{
  note_watched (NULL, (Watched){ object, G_OBJECT_TYPE_NAME (object), current_scene });
  g_atomic_int_inc (&fault_n_objects);
  g_object_weak_ref (object, on_object_gone, NULL);
}

static const char *
describe_what_is_left (void)
{
  static char text[200];
  gsize length = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (watched) && length < sizeof text; i++) {
    if (watched[i].object != NULL) {
      length += (gsize) g_snprintf (text + length, sizeof text - length, " %s of \"%s\"", watched[i].type, watched[i].scene);
    }
  }
  return text;
}

static void
on_context_gone (gpointer unused)
{
  FAULT_CHECK (g_atomic_int_add (&fault_n_contexts, -1) > 0);
}

static gboolean
never (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

/* A context that is known to be gone when a source of it is. */
GMainContext *
fault_context_new (void)
{
  GMainContext *context = g_main_context_new ();
  GSource *source = g_timeout_source_new_seconds (G_MAXINT / 2);

  g_atomic_int_inc (&fault_n_contexts);
  g_source_set_callback (source, never, NULL, on_context_gone);
  g_source_attach (source, context);
  g_source_unref (source);
  return context;
}

gpointer
fault_data_new (void)
{
  g_atomic_int_inc (&fault_n_data);
  return g_malloc0 (1);
}

void
fault_data_destroy (gpointer data)
{
  FAULT_CHECK (g_atomic_int_add (&fault_n_data, -1) > 0);
  g_free (data);
}

/* What is on its way is waited for, in looks that are half a millisecond apart, until in so many of them nothing has happened. */
#define MAX_SILENT_LOOKS 2000

typedef gboolean (*Settled) (gpointer data);

static void
wait_until (Settled is_settled,
            gpointer data,
            GMainContext *context,
            const char *what)
{
  MyTestPulse last = { 0 };
  guint n_silent = 0;

  while (!is_settled (data)) {
    MyTestPulse pulse = MY_TEST_PULSE_INIT;

    if (context != NULL && g_main_context_iteration (context, FALSE)) {
      n_silent = 0;
      continue;
    }
    g_usleep (500);
    fault_begin_exempt ();
    my_test_pulse_feel (&pulse, getpid (), gettid ());
    fault_end_exempt ();
    n_silent = my_test_pulse_is_silent (&pulse, &last) ? n_silent + 1 : 0;
    last = pulse;
    if (n_silent == MAX_SILENT_LOOKS) {
      fault_complain (G_STRFUNC, __LINE__, what != NULL ? what : describe_what_is_left ());
    }
  }
}

static gboolean
is_zero (gpointer n)
{
  return g_atomic_int_get ((gint *) n) == 0;
}

void
fault_wait_until_zero (gint *n,
                       const char *what)
{
  wait_until (is_zero, n, g_main_context_default (), what);
}

static gboolean
is_alone (gpointer unused)
{
  return my_thread_active_count () == 1;
}

/* Whether an OS thread is one of GLib's own, which stay: that of GTask's pool, and that of GIO's context. */
static gboolean
is_of_glib (const char *id)
{
  char path[64];
  char name[32] = "";
  FILE *file;

  g_snprintf (path, sizeof path, "/proc/self/task/%s/comm", id);
  file = fopen (path, "r");
  if (file == NULL) {
    return TRUE; /* it has ended */
  }
  if (fgets (name, sizeof name, file) == NULL) {
    name[0] = '\0';
  }
  fclose (file);
  return g_str_has_prefix (name, "pool-") || g_str_has_prefix (name, "gmain");
}

static gboolean
has_no_os_thread (gpointer unused)
{
  DIR *directory;
  struct dirent *entry;
  guint n = 0;

  fault_begin_exempt ();
  directory = opendir ("/proc/self/task");
  FAULT_CHECK (directory != NULL);
  while ((entry = readdir (directory)) != NULL) {
    if (entry->d_name[0] != '.' && g_ascii_strtoll (entry->d_name, NULL, 10) != getpid () && !is_of_glib (entry->d_name)) {
      n++;
    }
  }
  closedir (directory);
  fault_end_exempt ();
  if (n > 0) {
    /* Those that wait for work see that their time is over. */
    fault_let_time_fly (TRUE);
  }
  return n == 0;
}

static guint
count_fds (void)
{
  DIR *directory;
  struct dirent *entry;
  guint n = 0;

  fault_begin_exempt ();
  directory = opendir ("/proc/self/fd");
  FAULT_CHECK (directory != NULL);
  while ((entry = readdir (directory)) != NULL) {
    n += entry->d_name[0] != '.' ? 1 : 0;
  }
  closedir (directory);
  fault_end_exempt ();
  return n - 1;
}

/* GLib's default context and that of GIO have an eventfd each, or a pipe, and stay. */
#define MAX_FDS_OF_GLIB 4

static void
let_os_threads_leave (void)
{
  wait_until (has_no_os_thread, NULL, NULL, "an OS thread is left");
  fault_let_time_fly (FALSE);
}

static void
settle (guint n_fds)
{
  wait_until (is_alone, NULL, g_main_context_default (), "a thread is still alive");
  wait_until (is_zero, &fault_n_objects, g_main_context_default (), NULL);
  fault_wait_until_zero (&fault_n_contexts, "a context is left");
  fault_wait_until_zero (&fault_n_data, "user data is left that was to be destroyed");
  FAULT_CHECK (count_fds () <= n_fds);
}

/* exit(): what is registered last is called first. The library registers its wait between the two. */

static FaultCounter exits;
static gint has_worked; /* atomic */

static void
note_exit (void)
{
  fault_counter_add (&exits);
}

static void
note_end_of_exit (void)
{
  atomic_store (&fault_get_report ()->is_complete, g_atomic_int_get (&has_worked));
}

/* In microseconds: longer than from one to the other, where there is no wait between. */
#define LAST_SLEEP 5000

static void
work_to_the_end (FaultWorker *worker,
                 gpointer unused,
                 GError **error)
{
  fault_counter_wait (&exits, 1);
  my_thread_sleep (LAST_SLEEP, error);
  g_atomic_int_set (&has_worked, TRUE);
}

/* the session */

static const struct {
  const char *name;
  void (*play) (void);
} scenes[] = {
  { "life", fault_scene_life },
  { "cancel", fault_scene_cancel },
  { "group", fault_scene_group },
  { "async", fault_scene_async },
  { "context", fault_scene_context },
  { "foreign", fault_scene_foreign },
  { "pool", fault_scene_pool },
  { "blocked pool", fault_scene_blocked_pool },
  { "shutdown", fault_scene_shutdown },
  { "heritage", fault_scene_heritage },
  { "parallel", fault_scene_parallel },
  { "fork", fault_scene_fork },
};

/* A failure waits for a join of each group above its thread, up to the default one. */
static void
forget_failures (void)
{
  GError *error = NULL;

  while (!my_thread_group_join (my_thread_group_get_default (), &error)) {
    g_clear_error (&error);
  }
}

static void
play_all (void)
{
  FaultReport *report = fault_get_report ();

  for (gsize i = 0; i < G_N_ELEMENTS (scenes); i++) {
    current_scene = scenes[i].name;
    g_strlcpy (report->scene, current_scene, sizeof report->scene);
    scenes[i].play ();
    /* The next one makes its own. */
    let_os_threads_leave ();
  }
  g_strlcpy (report->scene, "the end", sizeof report->scene);
  forget_failures ();
}

/* What GLib makes once, and keeps, when something fails for the first time: that it is there is no fault of the session. */
static void
prepare_for_failure (void)
{
  static const int numbers[] = { EACCES, EAGAIN, EINVAL, EIO, EMFILE, ENOENT, ENOMEM, ENOSYS, EPERM };
  GError *error = NULL;
  char *text = NULL;

  fault_begin_exempt ();
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
    FAULT_CHECK (g_strerror (numbers[i])[0] != '\0');
  }
  FAULT_CHECK (!g_file_get_contents ("/nowhere", &text, NULL, &error));
  g_error_free (error);
  g_log ("MyThread", G_LOG_LEVEL_DEBUG, "The session begins\n");
  fault_end_exempt ();
}

void
fault_session_run (void)
{
  guint n_fds = count_fds ();
  FaultWorker *last;
  long n_blocks;

  prepare_for_failure ();
  FAULT_CHECK (atexit (note_end_of_exit) == 0);
  n_blocks = fault_count_blocks ();
  play_all ();
  fault_disarm ();
  settle (n_fds + MAX_FDS_OF_GLIB);

  /* Now all is there that is made once: the second time nothing comes to it. */
  n_fds = count_fds ();
  play_all ();
  settle (n_fds);
  fault_get_report ()->n_blocks = fault_count_blocks () - n_blocks;

  fault_counter_init (&exits);
  FAULT_CHECK (atexit (note_exit) == 0);
  last = fault_worker_new (NULL, NULL, work_to_the_end, NULL);
  fault_worker_start (last);
}
