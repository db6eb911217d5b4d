/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * groups: work in parts, in scopes that nothing leaves before all of it has ended.
 */

#include <mythread.h>

#define EXAMPLE_TYPE_PART (part_get_type ())
G_DECLARE_FINAL_TYPE (Part, part, EXAMPLE, PART, MyThread)

struct _Part {
  MyThread parent_instance;

  int number;
};

G_DEFINE_FINAL_TYPE (Part, part, MY_TYPE_THREAD)

/* Squares its number. Part 0 never gets done, and those below fail. */
static void
part_run (MyThread *thread,
          GError **error)
{
  Part *self = EXAMPLE_PART (thread);
  g_auto (GValue) result = G_VALUE_INIT;

  if (self->number < 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "the disk is full");
    return;
  }
  if (self->number == 0 && !my_thread_sleep (-1, error))
    return;

  g_value_init (&result, G_TYPE_INT);
  g_value_set_int (&result, self->number * self->number);
  my_thread_set_result (thread, &result);
}

static void
part_class_init (PartClass *klass)
{
  MY_THREAD_CLASS (klass)->run = part_run;
}

static void
part_init (Part *self)
{
}

static gboolean
start_part (MyThreadGroup *group,
            int number,
            GError **error)
{
  g_autoptr (Part) self = g_object_new (EXAMPLE_TYPE_PART, "group", group, NULL);

  self->number = number;
  return my_thread_start (MY_THREAD (self), error);
}

/* Nobody leaves before all parts have ended. If a start has failed, that is the error to return. */
static gboolean
leave (MyThreadGroup *group,
       gboolean is_started,
       GError **error)
{
  if (!is_started)
    my_thread_group_cancel (group);
  return my_thread_group_join (group, is_started ? error : NULL) && is_started;
}

/* A hundred parts, four at a time; the results are added up as they come. */
static gboolean
add_squares (GError **error)
{
  g_autoptr (MyThreadGroup) group = my_thread_group_new ("squares", NULL);
  gboolean is_started = TRUE;
  MyThread *thread;
  int sum = 0;

  my_thread_group_set_max_running (group, 4);
  my_thread_group_set_keep_finished (group, TRUE);

  for (int i = 1; i <= 100 && is_started; i++)
    is_started = start_part (group, i, error);

  while ((thread = my_thread_group_join_next (group, -1, NULL)) != NULL) {
    g_auto (GValue) result = G_VALUE_INIT;

    if (my_thread_get_result (thread, &result, NULL))
      sum += g_value_get_int (&result);
    g_object_unref (thread);
  }
  g_print ("the sum of the squares is %d\n", sum);
  return leave (group, is_started, error);
}

/* All, or nothing: what fails first ends the others. */
static gboolean
all_or_nothing (GError **error)
{
  g_autoptr (MyThreadGroup) group = my_thread_group_new ("all or nothing", NULL);
  gboolean is_started = TRUE;

  my_thread_group_set_cancel_on_error (group, TRUE);

  for (int i = 2; i >= -1 && is_started; i--)
    is_started = start_part (group, i, error);

  return leave (group, is_started, error);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;

  if (!add_squares (&error) || !all_or_nothing (&error))
    g_print ("it failed: %s\n", error->message);
  g_print ("threads left: %u\n", my_thread_group_active_count (my_thread_group_get_default ()));
  return 0;
}
