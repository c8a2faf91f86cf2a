"""Study scripts: what each says it gives, made small."""
