"""Why this class: saliency, Grad-CAM, occlusion."""
