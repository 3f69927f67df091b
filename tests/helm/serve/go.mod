module memos-gen.dev/serve

go 1.26
