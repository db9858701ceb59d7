"""From a job to bytes. Renderers see views and templates, never the model, the plan, the disk or the clock."""
