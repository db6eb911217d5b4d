/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One measurement: rounds in which a producer posts @burst events, and the main loop calls one handler for each. */
typedef struct {
  guint64 burst;
  guint64 round;
  guint64 n_handled; /* of all rounds; only the main thread touches it */
  gpointer state;    /* the peer's own */
} Delivery;

/* All but post() are called in the main thread, outside of the time that is measured, and may be NULL. */
typedef struct {
  void (*set_up) (Delivery *delivery);
  void (*before_round) (Delivery *delivery);
  void (*post) (Delivery *delivery,
                guint64 event);
  void (*after_round) (Delivery *delivery);
  void (*tear_down) (Delivery *delivery);
} DeliveryPeer;

extern const DeliveryPeer delivery_floor_signal;
extern const DeliveryPeer delivery_idle;
extern const DeliveryPeer delivery_progress;
extern const DeliveryPeer delivery_started;

G_END_DECLS
