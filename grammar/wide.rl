# The dialect `wide` (section 3).

%%{
    machine wide;

    length_high  = any;     # s = 2: what stands before the last byte of NAME_N and SURNAME_N
    key          = "";      # k = 0
    winners_high = any;     # w = 2: what stands before the last byte of N_WINNERS
    receipt      = 0x01;    # r

    include frames "frames.rl";
}%%
