/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "home/my-results-private.h"

#include <pthread.h>
#include <stdatomic.h>

/* Items stay where they are put: in blocks, each twice as long as the one before it. So the owner reads what is shown without a lock. */
#define FIRST_BLOCK_BITS 6
#define N_BLOCKS (32 - FIRST_BLOCK_BITS)

struct _MyResults {
  GObject parent_instance;

  pthread_mutex_t lock;       /* a leaf */
  gpointer *blocks[N_BLOCKS]; /* [lock] made; [const] while there are items in it, which are [const] once shown */
  guint n_items;              /* [lock] published, and not forgotten */
  guint n_read;               /* [lock] of these, those that next_result() has returned */
  guint n_told;               /* [lock] of those that were not read, the first ones, for which there is or was an event, which counts them */
  MyResultsMode mode;         /* [lock] const once decided */
  guint n_shown;              /* [owner] of these, those that the list has */
};

static void my_results_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MyResults, my_results, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, my_results_list_model_init))

/* Where the item with this number is. Its block has been made. */
static gpointer *
get_slot (MyResults *self,
          guint number)
{
  guint64 n = (guint64) number + (1 << FIRST_BLOCK_BITS);
  guint bits = 63 - (guint) __builtin_clzll (n);

  return &self->blocks[bits - FIRST_BLOCK_BITS][n - (G_GUINT64_CONSTANT (1) << bits)];
}

static void
make_block (MyResults *self,
            guint number)
{
  guint64 n = (guint64) number + (1 << FIRST_BLOCK_BITS);
  guint bits = 63 - (guint) __builtin_clzll (n);

  if (self->blocks[bits - FIRST_BLOCK_BITS] == NULL) {
    self->blocks[bits - FIRST_BLOCK_BITS] = g_new (gpointer, G_GUINT64_CONSTANT (1) << bits);
  }
}

/* Takes @mode, unless another one was taken before. Returns that which holds. */
MyResultsMode
my_results_choose (MyResults *self,
                   MyResultsMode mode)
{
  pthread_mutex_lock (&self->lock);
  if (self->mode == MY_RESULTS_UNDECIDED) {
    self->mode = mode;
  }
  mode = self->mode;
  pthread_mutex_unlock (&self->lock);

  return mode;
}

/* References are taken. Returns the mode: in that of a queue the list does not grow, and the items are counted here, before they can be read.
 * In any other the caller says an event, which counts them. */
MyResultsMode
my_results_append (MyResults *self,
                   MySequence *sequence,
                   gpointer *items,
                   guint n_items)
{
  MyResultsMode mode;

  for (guint i = 0; i < n_items; i++) {
    g_object_ref (items[i]);
  }
  pthread_mutex_lock (&self->lock);
  for (guint i = 0; i < n_items; i++) {
    make_block (self, self->n_items);
    *get_slot (self, self->n_items++) = items[i];
  }
  mode = self->mode;
  if (mode == MY_RESULTS_QUEUE) {
    my_sequence_count (sequence, n_items);
  } else {
    self->n_told += n_items;
  }
  pthread_mutex_unlock (&self->lock);

  return mode;
}

/* The next one that was not read: transfer full, or NULL. In the mode of a queue. @counts: whether it was counted by my_results_append(). */
gpointer
my_results_pop (MyResults *self,
                gboolean *counts)
{
  gpointer item = NULL;

  pthread_mutex_lock (&self->lock);
  if (self->n_read < self->n_items) {
    gpointer *slot = get_slot (self, self->n_read);

    self->n_read++;
    *counts = self->n_told == 0;
    if (!*counts) {
      self->n_told--;
    }
    item = g_steal_pointer (slot);
    if (self->n_read == self->n_items) {
      self->n_read = 0;
      self->n_items = 0;
    }
  }
  pthread_mutex_unlock (&self->lock);

  return item;
}

gboolean
my_results_has_unread (MyResults *self)
{
  gboolean has_unread;

  pthread_mutex_lock (&self->lock);
  has_unread = self->n_read < self->n_items;
  pthread_mutex_unlock (&self->lock);

  return has_unread;
}

/* The list grows by @n_items that were published; in the mode of a queue it gets, and stays, empty. */
void
my_results_show (MyResults *self,
                 guint n_items)
{
  guint n_before = self->n_shown;

  if (my_results_choose (self, MY_RESULTS_UNDECIDED) != MY_RESULTS_QUEUE) {
    self->n_shown += n_items;
    g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, n_items);
  } else if (n_before > 0) {
    self->n_shown = 0;
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, 0);
  }
}

/* the list */

static GType
my_results_get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
my_results_get_n_items (GListModel *model)
{
  return MY_RESULTS (model)->n_shown;
}

static gpointer
my_results_get_item (GListModel *model,
                     guint position)
{
  MyResults *self = MY_RESULTS (model);
  gpointer item;

  if (position >= self->n_shown) {
    return NULL;
  }
  item = *get_slot (self, position);
  return item != NULL ? g_object_ref (item) : NULL;
}

static void
my_results_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = my_results_get_item_type;
  iface->get_n_items = my_results_get_n_items;
  iface->get_item = my_results_get_item;
}

/* the class */

static void
my_results_finalize (GObject *object)
{
  MyResults *self = MY_RESULTS (object);

  for (guint i = self->n_read; i < self->n_items; i++) {
    g_object_unref (*get_slot (self, i));
  }
  for (guint i = 0; i < N_BLOCKS; i++) {
    g_free (self->blocks[i]);
  }
  pthread_mutex_destroy (&self->lock);

  G_OBJECT_CLASS (my_results_parent_class)->finalize (object);
}

static void
my_results_class_init (MyResultsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = my_results_finalize;
}

static void
my_results_init (MyResults *self)
{
  pthread_mutex_init (&self->lock, NULL);
}

MyResults *
my_results_new (void)
{
  return g_object_new (MY_TYPE_RESULTS, NULL);
}
