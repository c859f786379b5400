drop table frist_history_end;
drop table frist_history;
drop table fristen;
