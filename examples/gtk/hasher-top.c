/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The first few items of another list, which it follows a few at a time. GTK makes
 * the widgets of a row when its item comes, and that takes so long that twenty are
 * the work of a whole frame: of a list that changes a thousand times in a second
 * nobody could draw, or see, each change.
 *
 * The other list grows at its end, and shrinks anywhere, as a MyThreadGroup does.
 */

#include "hasher-top.h"

struct _HasherTop {
  GObject parent_instance;

  GListModel *source;
  guint n_max;
  GPtrArray *items;
};

static void hasher_top_init_model (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HasherTop, hasher_top, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, hasher_top_init_model))

static GType
hasher_top_get_item_type (GListModel *model)
{
  return g_list_model_get_item_type (HASHER_TOP (model)->source);
}

static guint
hasher_top_get_n_items (GListModel *model)
{
  return HASHER_TOP (model)->items->len;
}

static gpointer
hasher_top_get_item (GListModel *model,
                     guint position)
{
  HasherTop *self = HASHER_TOP (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position)) : NULL;
}

static void
hasher_top_finalize (GObject *object)
{
  HasherTop *self = HASHER_TOP (object);

  g_object_unref (self->source);
  g_ptr_array_unref (self->items);

  G_OBJECT_CLASS (hasher_top_parent_class)->finalize (object);
}

static void
hasher_top_init_model (GListModelInterface *iface)
{
  iface->get_item_type = hasher_top_get_item_type;
  iface->get_n_items = hasher_top_get_n_items;
  iface->get_item = hasher_top_get_item;
}

static void
hasher_top_class_init (HasherTopClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hasher_top_finalize;
}

static void
hasher_top_init (HasherTop *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

/* An empty one, until it is updated. */
HasherTop *
hasher_top_new (GListModel *source,
                guint n_max)
{
  HasherTop *self = g_object_new (HASHER_TYPE_TOP, NULL);

  self->source = g_object_ref (source);
  self->n_max = n_max;
  return self;
}

/* From the next update on. */
void
hasher_top_set_n_max (HasherTop *self,
                      guint n_max)
{
  self->n_max = n_max;
}

/* Takes away what the source does not have at its top, up to a limit, and returns how
 * many it has left of those that it has: all of them, if the limit did not matter. */
static guint
hasher_top_remove_gone (HasherTop *self,
                        GPtrArray *wanted)
{
  guint n_same = 0;
  guint n_removed = 0;

  while (n_same < self->items->len && n_removed < HASHER_TOP_MAX_REMOVED) {
    gpointer next = n_same < wanted->len ? g_ptr_array_index (wanted, n_same) : NULL;
    guint n_gone = 0;

    while (n_same + n_gone < self->items->len && n_removed + n_gone < HASHER_TOP_MAX_REMOVED &&
           g_ptr_array_index (self->items, n_same + n_gone) != next)
      n_gone++;
    if (n_gone > 0) {
      g_ptr_array_remove_range (self->items, n_same, n_gone);
      n_removed += n_gone;
      g_list_model_items_changed (G_LIST_MODEL (self), n_same, n_gone, 0);
    } else {
      n_same++;
    }
  }
  return n_same;
}

/* Brings it nearer to what the source is now. FALSE if it is not there yet, so that it
 * is to be updated again in the next frame. */
gboolean
hasher_top_update (HasherTop *self)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_wanted = MIN (g_list_model_get_n_items (self->source), self->n_max);
  guint n_same;
  guint n_added;

  for (guint i = 0; i < n_wanted; i++)
    g_ptr_array_add (wanted, g_list_model_get_item (self->source, i));

  n_same = hasher_top_remove_gone (self, wanted);
  if (n_same < self->items->len)
    return FALSE;

  n_added = MIN (n_wanted - n_same, HASHER_TOP_MAX_ADDED);
  if (n_added > 0) {
    for (guint i = 0; i < n_added; i++)
      g_ptr_array_add (self->items, g_object_ref (g_ptr_array_index (wanted, n_same + i)));
    g_list_model_items_changed (G_LIST_MODEL (self), n_same, 0, n_added);
  }
  return self->items->len == n_wanted;
}
