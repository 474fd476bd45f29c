"""Build-time conversion of MediaPipe's TFLite models into safetensors.  Nothing at run time needs it."""
