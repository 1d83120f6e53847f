"""The documentation: pages made from the code, the site, and the tests that run what the pages say."""
