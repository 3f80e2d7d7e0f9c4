"""The people who write to the business."""
