/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-support.h"

#include <sys/syscall.h>
#include <unistd.h>

/* Two threads use the library for the first time, at the same moment: each pair of uses in a process of its own, in which
 * nobody has used it before. So nothing here may use it before it forks.
 */

/* uses */

static void
do_task (gpointer unused)
{
}

static void
do_piece (gsize begin,
          gsize end,
          gpointer unused)
{
}

static void
use_new (void)
{
  g_object_unref (my_thread_new (NULL, NULL, NULL, NULL));
}

static void
use_start (void)
{
  MyThread *thread = my_test_start (NULL, NULL, NULL);

  g_assert_true (my_thread_join (thread, NULL));
  g_object_unref (thread);
}

static void
use_group (void)
{
  g_object_unref (my_thread_group_new (NULL, NULL));
}

static void
use_pool (void)
{
  MyThreadPool *pool = my_thread_pool_new (NULL, 1);

  g_assert_true (my_thread_pool_push (pool, do_task, NULL, NULL));
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
  g_object_unref (pool);
}

static void
use_parallel (void)
{
  my_parallel_for (NULL, 0, 10, 1, do_piece, NULL);
}

static void
use_enumerate (void)
{
  g_ptr_array_unref (my_thread_enumerate ());
}

static void
use_dump (void)
{
  g_free (my_thread_dump ());
}

static void
use_sleep (void)
{
  g_assert_true (my_thread_sleep (1, NULL));
}

static void
use_error (void)
{
  g_error_free (g_error_new (MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN, "broken"));
}

static void
use_list (void)
{
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (my_thread_group_get_default ())), <, 100);
}

/* What a class_init() does with a type: it has it in a property. */
static void
use_enum_properties (void)
{
  g_param_spec_unref (g_param_spec_ref_sink (g_param_spec_enum ("state", NULL, NULL, MY_TYPE_THREAD_STATE, 0, 0)));
  g_param_spec_unref (g_param_spec_ref_sink (g_param_spec_enum ("mode", NULL, NULL, MY_TYPE_SHUTDOWN_MODE, 0, 0)));
  g_param_spec_unref (g_param_spec_ref_sink (g_param_spec_enum ("error", NULL, NULL, MY_TYPE_THREAD_ERROR, 0, 0)));
}

static void
use_object_properties (void)
{
  GType types[] = { MY_TYPE_EXECUTOR, MY_TYPE_THREAD, MY_TYPE_THREAD_GROUP, MY_TYPE_THREAD_POOL };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    g_param_spec_unref (g_param_spec_ref_sink (g_param_spec_object ("object", NULL, NULL, types[i], 0)));
  }
}

/* With its interface from the first moment. */
static void
use_interfaces (void)
{
  g_assert_true (g_type_is_a (MY_TYPE_THREAD_GROUP, G_TYPE_LIST_MODEL));
  g_assert_true (g_type_is_a (MY_TYPE_THREAD_POOL, MY_TYPE_EXECUTOR));
}

#define USE(name, statement) \
  static void name (void)    \
  {                          \
    (void) statement;        \
  }

USE (use_thread_type, my_thread_get_type ())
USE (use_group_type, my_thread_group_get_type ())
USE (use_pool_type, my_thread_pool_get_type ())
USE (use_executor_type, my_executor_get_type ())
USE (use_state_type, my_thread_state_get_type ())
USE (use_mode_type, my_shutdown_mode_get_type ())
USE (use_error_type, my_thread_error_get_type ())
USE (use_main, my_thread_get_main ())
USE (use_current, my_thread_get_current ())
USE (use_default_group, my_thread_group_get_default ())
USE (use_default_pool, my_thread_pool_get_default ())
USE (use_active_count, my_thread_active_count ())

static void (*const uses[]) (void) = {
  use_thread_type,
  use_group_type,
  use_pool_type,
  use_executor_type,
  use_state_type,
  use_mode_type,
  use_error_type,
  use_enum_properties,
  use_object_properties,
  use_interfaces,
  use_error,
  use_main,
  use_current,
  use_default_group,
  use_default_pool,
  use_active_count,
  use_new,
  use_start,
  use_group,
  use_pool,
  use_parallel,
  use_enumerate,
  use_dump,
  use_sleep,
  use_list,
};

/* In a class_init(), which GLib calls with a lock held that others wait for: they must not meanwhile hold what the class_init()
 * waits for. */

typedef struct {
  gsize first; /* of the other thread; what the class_init() uses comes after it in `uses` */
  gsize others;
  gint go;       /* atomic */
  gint is_done;  /* atomic */
  gint other_id; /* atomic: the kernel's number of the other thread */
} Meeting;

static Meeting *meeting;

typedef GObject Keeper;
typedef GObjectClass KeeperClass;

static GType keeper_get_type (void);
G_DEFINE_TYPE (Keeper, keeper, G_TYPE_OBJECT)

static gpointer
use_first (gpointer unused)
{
  g_atomic_int_set (&meeting->other_id, (gint) syscall (SYS_gettid));
  while (!g_atomic_int_get (&meeting->go)) {
    g_thread_yield ();
  }
  uses[meeting->first]();
  g_atomic_int_set (&meeting->is_done, TRUE);
  return NULL;
}

/* A hint: if it is asleep in something else, this time the test is less sharp. */
static gboolean
is_done_or_asleep (gpointer unused)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/stat", g_atomic_int_get (&meeting->other_id));
  g_autofree char *text = NULL;

  return g_atomic_int_get (&meeting->is_done) ||
         (g_file_get_contents (path, &text, NULL, NULL) && strstr (text, ") S") != NULL);
}

static void
keeper_class_init (KeeperClass *klass)
{
  g_atomic_int_set (&meeting->go, TRUE);
  my_test_wait_until (is_done_or_asleep, NULL);

  /* From another one each time, since the first of them may do what makes the rest harmless. */
  for (gsize i = 0; i < G_N_ELEMENTS (uses); i++) {
    uses[(meeting->others + i) % G_N_ELEMENTS (uses)]();
  }
}

static void
keeper_init (Keeper *self)
{
}

static void
meet (gpointer unused)
{
  GThread *other = g_thread_new ("other", use_first, NULL);

  my_test_wait_until (my_test_is_set, &meeting->other_id);
  g_type_class_unref (g_type_class_ref (keeper_get_type ()));
  g_thread_join (other);
  /* And all is whole. */
  for (gsize i = 0; i < G_N_ELEMENTS (uses); i++) {
    uses[i]();
  }
}

static void
test_in_class_init (void)
{
  for (gsize first = 0; first < G_N_ELEMENTS (uses); first++) {
    for (gsize others = 0; others < G_N_ELEMENTS (uses); others += 4) {
      meeting = &(Meeting){ .first = first, .others = (first + others) % G_N_ELEMENTS (uses) };
      my_test_in_child (meet, NULL);
    }
  }
}

/* Two at once. */

static gint n_ready; /* atomic */

static gpointer
use_at_once (gpointer use)
{
  gint n;

  g_atomic_int_inc (&n_ready);
  do {
    n = g_atomic_int_get (&n_ready);
  } while (n < 2);
  uses[GPOINTER_TO_SIZE (use)]();
  return NULL;
}

static void
use_two (gpointer pair)
{
  gsize *both = pair;
  GThread *other = g_thread_new ("other", use_at_once, GSIZE_TO_POINTER (both[0]));

  use_at_once (GSIZE_TO_POINTER (both[1]));
  g_thread_join (other);
}

static void
test_at_once (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (uses); i++) {
    for (gsize j = i; j < G_N_ELEMENTS (uses); j++) {
      my_test_in_child (use_two, (gsize[]){ i, j });
    }
  }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/first-use/in-class-init", test_in_class_init);
  g_test_add_func ("/first-use/at-once", test_at_once);

  return g_test_run ();
}
