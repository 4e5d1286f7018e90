drop table admin_user_recovery_code;
drop table admin_user_otp;
