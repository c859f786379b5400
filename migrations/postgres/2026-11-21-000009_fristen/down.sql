drop table frist_history_end;
drop table frist_history;
drop function frist_history_stays;
drop table fristen;
