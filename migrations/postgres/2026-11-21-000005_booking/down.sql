drop table bookings;
drop table booking_links;
