/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "hasher-top.h"

#include <string.h>

/* The top of a list follows it, a few items at a time, and tells of each change what it is. */

#define N_MAX (5 * HASHER_TOP_MAX_ADDED / 2)
#define N_ROUNDS 3000

typedef struct {
  GListStore *source;
  HasherTop *top;
  GPtrArray *told; /* what somebody has who has heard of each change */
  guint n_added;
  guint n_removed;
} Fixture;

static void
on_changed (GListModel *top,
            guint position,
            guint n_removed,
            guint n_added,
            Fixture *fixture)
{
  g_assert_cmpuint (n_removed + n_added, >, 0);
  if (n_removed > 0)
    g_ptr_array_remove_range (fixture->told, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    g_ptr_array_insert (fixture->told, (int) (position + i), g_list_model_get_item (top, position + i));
  fixture->n_removed += n_removed;
  fixture->n_added += n_added;
}

static void
set_up (Fixture *fixture,
        gconstpointer unused)
{
  fixture->source = g_list_store_new (G_TYPE_OBJECT);
  fixture->top = hasher_top_new (G_LIST_MODEL (fixture->source), N_MAX);
  fixture->told = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (fixture->top, "items-changed", G_CALLBACK (on_changed), fixture);
}

static void
tear_down (Fixture *fixture,
           gconstpointer unused)
{
  g_ptr_array_unref (fixture->told);
  g_assert_finalize_object (fixture->top);
  g_assert_finalize_object (fixture->source);
}

static void
append (Fixture *fixture,
        guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autoptr (GObject) item = g_object_new (G_TYPE_OBJECT, NULL);

    g_list_store_append (fixture->source, item);
  }
}

static gboolean
update (Fixture *fixture)
{
  gboolean is_up_to_date;
  guint n_items;

  fixture->n_added = 0;
  fixture->n_removed = 0;
  is_up_to_date = hasher_top_update (fixture->top);
  g_assert_cmpuint (fixture->n_added, <=, HASHER_TOP_MAX_ADDED);
  g_assert_cmpuint (fixture->n_removed, <=, HASHER_TOP_MAX_REMOVED);

  n_items = g_list_model_get_n_items (G_LIST_MODEL (fixture->top));
  g_assert_cmpuint (n_items, ==, fixture->told->len);
  for (guint i = 0; i < n_items; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (fixture->top), i);

    g_assert_true (item == g_ptr_array_index (fixture->told, i));
  }
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (fixture->top), n_items));
  return is_up_to_date;
}

static void
assert_up_to_date (Fixture *fixture,
                   guint n_max)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (fixture->source));

  g_assert_cmpuint (fixture->told->len, ==, MIN (n_items, n_max));
  for (guint i = 0; i < fixture->told->len; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (fixture->source), i);

    g_assert_true (item == g_ptr_array_index (fixture->told, i));
  }
}

static void
test_grows (Fixture *fixture,
            gconstpointer unused)
{
  g_assert_true (update (fixture));
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (fixture->top)) == G_TYPE_OBJECT);

  append (fixture, HASHER_TOP_MAX_ADDED);
  g_assert_true (update (fixture));
  append (fixture, 2 * N_MAX);
  g_assert_false (update (fixture));
  g_assert_true (update (fixture));
  assert_up_to_date (fixture, N_MAX);
}

/* What comes up from below is added, and what is gone is taken away first. */
static void
test_shrinks (Fixture *fixture,
              gconstpointer unused)
{
  append (fixture, 2 * N_MAX);
  while (!update (fixture))
    continue;
  g_list_store_splice (fixture->source, 0, N_MAX, NULL, 0);
  while (!update (fixture))
    continue;
  assert_up_to_date (fixture, N_MAX);

  hasher_top_set_n_max (fixture->top, 0);
  g_assert_true (update (fixture));
  assert_up_to_date (fixture, 0);
}

/* More than are taken away at once. */
static void
test_long (Fixture *fixture,
           gconstpointer unused)
{
  guint n_updates = 0;

  hasher_top_set_n_max (fixture->top, G_MAXUINT);
  append (fixture, 3 * HASHER_TOP_MAX_REMOVED);
  while (!update (fixture))
    continue;
  g_list_store_remove_all (fixture->source);
  append (fixture, 1);
  while (!update (fixture))
    n_updates++;
  g_assert_cmpuint (n_updates, ==, 2);
  assert_up_to_date (fixture, G_MAXUINT);
}

static void
test_random (Fixture *fixture,
             gconstpointer unused)
{
  for (guint i = 0; i < N_ROUNDS; i++) {
    guint n_items = g_list_model_get_n_items (G_LIST_MODEL (fixture->source));
    guint position = (guint) g_test_rand_int_range (0, (gint32) n_items + 1);

    switch (g_test_rand_int_range (0, 4)) {
    case 0:
      append (fixture, (guint) g_test_rand_int_range (0, N_MAX));
      break;
    case 1:
      g_list_store_splice (fixture->source, position, (guint) g_test_rand_int_range (0, (gint32) (n_items - position) + 1), NULL, 0);
      break;
    case 2:
      if (position < n_items)
        g_list_store_remove (fixture->source, position);
      break;
    default:
      if (update (fixture))
        assert_up_to_date (fixture, N_MAX);
    }
  }
  while (!update (fixture))
    continue;
  assert_up_to_date (fixture, N_MAX);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/hasher/top/grows", Fixture, NULL, set_up, test_grows, tear_down);
  g_test_add ("/hasher/top/shrinks", Fixture, NULL, set_up, test_shrinks, tear_down);
  g_test_add ("/hasher/top/long", Fixture, NULL, set_up, test_long, tear_down);
  g_test_add ("/hasher/top/random", Fixture, NULL, set_up, test_random, tear_down);

  return g_test_run ();
}
