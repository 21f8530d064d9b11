"""Small errors put into the models' SQL, to see that dbt's tests notice each."""
